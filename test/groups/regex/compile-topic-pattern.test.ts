import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { compileTopicPattern } from '../../../src/groups/regex/compile-topic-pattern.ts'
import { Seed } from '../../../src/sim/seed.ts'
import { baseSeed } from '../../sim/base-seed.ts'
import { skipWithout } from '../../support/require.ts'
import { judgedByRe2j, judgedByUs, knownDifferences, pieces, randomPatterns } from './regex-judge.ts'

test('patterns match, or are refused, as they were recorded of re2j', () => {
  const recorded = JSON.parse(readFileSync(new URL('recorded.json', import.meta.url), 'utf8')) as Record<string, string>
  assert.deepEqual(Object.keys(recorded).sort(), [...new Set(pieces)].sort())
  for (const [pattern, judgement] of Object.entries(recorded)) assert.equal(judgedByUs(pattern), judgement, pattern)
})

test('3,000 random patterns match, or are refused, as by re2j', { skip: skipWithout('java') }, async () => {
  const patterns = randomPatterns(new Seed(baseSeed()), 3000)
  const expected = await judgedByRe2j(patterns)
  for (const [index, pattern] of patterns.entries()) assert.equal(judgedByUs(pattern), expected[index], pattern)
})

test('what differs from re2j still does', { skip: skipWithout('java') }, async () => {
  const patterns = [...knownDifferences.keys()]
  const expected = await judgedByRe2j(patterns)
  for (const [index, pattern] of patterns.entries()) assert.notEqual(judgedByUs(pattern), expected[index], pattern)
})

test('a pattern nested beyond measure is refused', () => {
  const nested = compileTopicPattern('('.repeat(10_000) + ')'.repeat(10_000))
  assert.deepEqual(nested, { description: 'expression nests too deeply' })
})

test('a pattern that makes others backtrack takes time linear in the name', () => {
  const compiled = compileTopicPattern('(a+)+(b|c)*(a|aa)+x')
  assert.ok('matches' in compiled)
  // An engine that backtracks takes 2 to the 249th power of steps.
  assert.equal(compiled.matches('a'.repeat(249)), false)
})

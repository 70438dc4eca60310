import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ToolError } from '../../src/cli/tool.ts'
import { parseDateTime, parseDuration } from '../../src/cli/tools/consumer-groups/time-arguments.ts'
import { UsageError } from '../../src/cli/usage-error.ts'

describe('a time on the command line', () => {
  for (const [text, expected] of [
    ['1970-01-01T00:00:01.000', 1000],
    ['1970-01-01T00:00:01.000Z', 1000],
    ['1970-01-01T02:00:00.000+02', 0],
    ['1970-01-01T02:00:00.000+0200', 0],
    ['1970-01-01T02:00:00.000+02:00', 0],
    ['1969-12-31T23:00:00.500-01:00', 500],
  ] as const) {
    it(`may be the point ${text}`, () => assert.equal(parseDateTime(text), expected))
  }

  for (const text of ['', 'yesterday', '1970-01-01', '1970-01-01T00:00:00', '1970-13-01T00:00:00.000']) {
    it(`may not be the point ${JSON.stringify(text)}`, () => assert.throws(() => parseDateTime(text), ToolError))
  }

  for (const [text, expected] of [
    ['PT0S', 0],
    ['P1D', 86_400_000],
    ['P1DT2H3M4.5S', 93_784_500],
    ['-PT1H', -3_600_000],
    ['PT-1M', -60_000],
  ] as const) {
    it(`may be the duration ${text}`, () => assert.equal(parseDuration(text), expected))
  }

  for (const text of ['', 'P', 'PT', '1D', 'P1H', 'P1W']) {
    it(`may not be the duration ${JSON.stringify(text)}`, () => assert.throws(() => parseDuration(text), UsageError))
  }
})

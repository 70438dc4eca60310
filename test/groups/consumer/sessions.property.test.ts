import assert from 'node:assert/strict'
import { test } from 'node:test'
import { baseSeed } from '../../sim/base-seed.ts'
import { ConsumerSession } from '../support/consumer-session.ts'

const sessionCount = Number(process.env['OTTLA_RUNS'] ?? 60)
const stepsPerSession = 60
const firstSeed = baseSeed()

function play(seed: number, withClassic: boolean): ConsumerSession {
  const session = new ConsumerSession(seed, withClassic)
  try {
    for (let step = 0; step < stepsPerSession; step++) session.step()
    session.settle()
  } catch (cause) {
    throw new Error(`session ${seed} failed; play it again with OTTLA_TEST_SEED=${seed} OTTLA_RUNS=1`, { cause })
  }
  return session
}

test('no partition has two owners, and replaying the records rebuilds the state, in any session of consumers', () => {
  for (let seed = firstSeed; seed < firstSeed + sessionCount; seed++) {
    const { harness, clients } = play(seed, false)
    assert.equal(harness.consumerGroup().state, 'Stable', `session ${seed}`)
    assert.ok(
      clients.every(client => client.isIn),
      `session ${seed}: all are members in the end`,
    )
  }
})

test('the same holds while members of both protocols come and go, and the group is converted', () => {
  for (let seed = firstSeed; seed < firstSeed + sessionCount; seed++) {
    const { harness, clients } = play(seed, true)
    assert.equal(harness.shard.groups.get('g')?.state, 'Stable', `session ${seed}`)
    assert.ok(
      clients.every(client => client.isIn),
      `session ${seed}: all are members in the end`,
    )
  }
})

import assert from 'node:assert/strict'
import type { Agent } from './agent.ts'
import type { ConsumedRecord } from './commands.ts'

const pollMs = 1_000
const patienceMs = 60_000

/** Asks each consumer in turn until together they have read so many; reading more than that is for the caller to notice. */
export async function pollRecords(
  agent: Agent,
  consumers: readonly string[],
  count: number,
): Promise<ConsumedRecord[]> {
  const records: ConsumedRecord[] = []
  const deadline = Date.now() + patienceMs
  while (records.length < count) {
    assert.ok(Date.now() < deadline, `${records.length} of ${count} records came within ${patienceMs} ms`)
    for (const consumer of consumers) {
      const waitMs = consumers.length === 1 ? pollMs : pollMs / 4
      records.push(...(await agent.call('poll', { consumer, max: 10_000, waitMs })))
    }
  }
  return records
}

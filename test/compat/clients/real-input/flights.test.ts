import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { Agent } from '../agent.ts'
import { createTopic } from '../behind-the-back.ts'
import { allClients, kafkajs } from '../clients.ts'
import type { ConsumedRecord, WireRecord } from '../commands.ts'
import { type JudgingClient, prepare } from '../judging-client.ts'
import { pollRecords } from '../polling.ts'
import { javaPartition } from '../records.ts'
import { startTarget, type Target } from '../target.ts'

/** 20,000 flights of the year 2001, each row as it stands in the file, keyed by the airport it left. */
const flights: readonly WireRecord[] = readFlights()
const partitions = 6

function readFlights(): WireRecord[] {
  // The package exports its code alone; the data lie beside it.
  const file = new URL(
    '../data/flights-20k.json',
    pathToFileURL(createRequire(import.meta.url).resolve('vega-datasets')),
  )
  const rows = JSON.parse(readFileSync(file, 'utf8')) as { origin: string }[]
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  return rows.map(row => ({ key: base64(row.origin), value: base64(JSON.stringify(row)), headers: [] }))
}

/** What one client put in, and every other must take out: all rows through the first, fewer through the rest. */
const samples = allClients.map(client => ({
  client,
  topic: `flights-of-${allClients.indexOf(client)}`,
  rows: client === kafkajs ? flights : flights.slice(0, 2_000),
}))

const available = await Promise.all(samples.map(async sample => ({ ...sample, ...(await prepare(sample.client)) })))

describe('20,000 flights', () => {
  let target: Target
  const agents = new Map<JudgingClient, Agent>()
  before(async () => {
    target = await startTarget()
    for (const { client, command } of available) {
      if (command !== undefined) agents.set(client, new Agent(command, target.bootstrapServers))
    }
  })
  after(async () => {
    for (const agent of agents.values()) await agent.stop()
    await target?.stop()
  })
  const readAll = async (agent: Agent, topic: string, count: number) => {
    const consumer = `reader of ${topic}`
    await agent.call('open', { consumer, group: `${topic}-${[...agents.values()].indexOf(agent)}`, topic })
    const records = await pollRecords(agent, [consumer], count)
    await agent.call('close', { consumer })
    return records
  }

  for (const { client, topic, rows, skip } of available) {
    test(`go in through ${client.name}, and lie in the partitions of their keys`, { skip }, async () => {
      await createTopic(target.port, topic, partitions)
      for (let from = 0; from < rows.length; from += 2_000) {
        const records = rows.slice(from, from + 2_000)
        await agents.get(client)!.call('produce', { topic, records, compression: 'lz4', acks: -1, idempotent: false })
      }
      const consumed = await readAll(agents.get(kafkajs)!, topic, rows.length)
      assertSame(consumed, rows)
      for (const { key, partition } of consumed) {
        if (client.hashesAsJava === false) continue
        assert.equal(partition, javaPartition(Buffer.from(key!, 'base64'), partitions))
      }
    })
  }

  for (const { client, skip } of available) {
    test(`come out through ${client.name} as they went in`, { skip }, async () => {
      const { topic, rows } = samples[0]!
      assertSame(await readAll(agents.get(client)!, topic, rows.length), rows)
    })
  }
})

/** Same count, same bytes; each key in one partition, and its rows in their order. */
function assertSame(consumed: readonly ConsumedRecord[], rows: readonly WireRecord[]): void {
  assert.equal(consumed.length, rows.length)
  const valuesByKey = (records: readonly WireRecord[]) => Map.groupBy(records, ({ key }) => key)
  const partitionOf = new Map<string | null, number>()
  for (const { key, partition } of consumed) {
    assert.equal(partitionOf.get(key) ?? partition, partition)
    partitionOf.set(key, partition)
  }
  const wanted = valuesByKey(rows)
  const got = valuesByKey(consumed)
  assert.equal(got.size, wanted.size)
  for (const [key, records] of wanted) {
    assert.deepEqual(
      got.get(key)?.map(({ value }) => value),
      records.map(({ value }) => value),
    )
  }
}

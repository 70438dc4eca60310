import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodePorts } from '../../src/platform/node-ports.ts'
import { Metadata } from '../../src/protocol/apis/metadata.ts'
import { startServer } from '../../src/server.ts'
import { fuzzConnections, servedRequests } from '../network/fuzz.ts'
import { requestCorpus } from '../protocol/support/fuzz.ts'
import { RawClient } from '../support/raw-client.ts'

const FRAMES = 1_000_000
const ROUND_FRAMES = 50_000
const MEMORY_BUDGET_BYTES = 64 * 1024 * 1024
/** Above what it was after the first round: the topics and groups that intact requests make, and garbage not collected yet. */
const GROWTH_BYTES_MAX = 128 * 1024 * 1024

/** Damaged requests over real connections to a real broker: it answers to the end, and its memory does not grow. */
export async function soakConnections(frames: number = FRAMES): Promise<void> {
  const seed = Math.floor(Math.random() * 2 ** 31)
  console.log(`connections: ${frames} frames, seed ${seed}`)
  const directory = await mkdtemp(join(tmpdir(), 'ottla-soak-'))
  const errors: string[] = []
  const server = await startServer({
    properties: new Map([
      ['log.dirs', directory],
      ['listeners', 'PLAINTEXT://127.0.0.1:0'],
    ]),
    hostName: 'localhost',
    memoryBudgetBytes: MEMORY_BUDGET_BYTES,
    ports: nodePorts(line => errors.push(line), 'ERROR'),
  })
  const port = server.listeners[0]!.port
  const witness = await RawClient.connect(port)
  const corpus = await servedRequests(witness, requestCorpus(seed))
  let firstRoundBytes: number | undefined
  for (let done = 0; done < frames; done += ROUND_FRAMES) {
    const count = Math.min(ROUND_FRAMES, frames - done)
    const { connections, closedByBroker } = await fuzzConnections(port, corpus, count, seed + done + 1)
    const answer = await witness.send(Metadata, 12, { topics: null })
    const { rss } = process.memoryUsage()
    firstRoundBytes ??= rss
    console.log(
      `connections: ${done + count} frames, ${connections} connections, ${closedByBroker} closed by the broker, ` +
        `${answer.topics.length} topics, ${Math.round(rss / 1024 / 1024)} MiB`,
    )
    assert.deepEqual(errors, [])
    assert.ok(rss - firstRoundBytes < GROWTH_BYTES_MAX, `memory grew from ${firstRoundBytes} to ${rss}; seed ${seed}`)
  }
  await witness.close()
  await server.stop()
  await rm(directory, { recursive: true, force: true })
}

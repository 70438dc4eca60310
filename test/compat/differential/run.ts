import { readFileSync, writeFileSync } from 'node:fs'
import { RawConnection } from '../../support/raw-connection.ts'
import { type Pair, play, playings } from './play.ts'
import type { Script } from './session.ts'

/** Server properties both brokers are started with. */
export const judgedProperties: Readonly<Record<string, string>> = {
  'offsets.topic.num.partitions': '1',
  'transaction.state.log.num.partitions': '1',
  'group.initial.rebalance.delay.ms': '0',
  // Sessions use timestamps of long ago: the first check of retention, half a minute after a start, would take their records.
  'log.retention.ms': '-1',
}

const atOnce = 4

/** Plays scripts to the broker on `port`, a few sessions at a time; what could not be played is a pair that says why. */
export async function playAll(scripts: readonly Script[], port: number): Promise<Map<string, Pair[]>> {
  await coordinatorsReady(port)
  const byTitle = new Map<string, Pair[]>(scripts.map(({ title }) => [title, []]))
  const queue = playings(scripts)
  const results = new Map<string, Pair[]>()
  const order = queue.map(playing => playing.name)
  const worker = async () => {
    for (let playing = queue.shift(); playing !== undefined; playing = queue.shift()) {
      results.set(playing.name, await play(playing, port))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  for (const name of order) byTitle.get(name.slice(0, name.indexOf('-')))?.push(...(results.get(name) ?? []))
  return byTitle
}

/** The first group and the first transaction make their internal topics: that is waited for once, here. */
async function coordinatorsReady(port: number): Promise<void> {
  const connection = await RawConnection.open(port)
  try {
    for (const keyType of [0, 1]) {
      const body = { keyType, coordinatorKeys: ['anyone'] }
      await until(async () => {
        const answer = await connection.request('FindCoordinator', 6, body)
        if (typeof answer === 'string') return false
        const [found] = answer.body['coordinators'] as { errorCode: number }[]
        return found?.errorCode !== coordinatorNotAvailable
      })
    }
    await until(async () => {
      const answer = await connection.request('Heartbeat', 4, {
        groupId: 'anyone',
        generationId: 1,
        memberId: 'anyone',
      })
      return typeof answer !== 'string' && answer.body['errorCode'] === 25
    })
  } finally {
    connection.close()
  }
}

const coordinatorNotAvailable = 15

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await holds()) return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error('the coordinators did not become ready')
}

const fixture = (title: string) => new URL(`fixtures/${title}.json`, import.meta.url)

/** What Kafka 4.3.1 answered when it was last asked: for machines without Java. */
export function recorded(title: string): Pair[] {
  return JSON.parse(readFileSync(fixture(title), 'utf8')) as Pair[]
}

export function record(title: string, pairs: readonly Pair[]): void {
  writeFileSync(fixture(title), `[\n${pairs.map(pair => JSON.stringify(pair)).join(',\n')}\n]\n`)
}

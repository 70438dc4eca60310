import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { ApiVersions } from '../../src/protocol/apis/api-versions.ts'
import { damaged, type RandomBelow, randomIntegers } from '../protocol/support/fuzz.ts'
import type { RawClient } from '../support/raw-client.ts'
import { sized } from './frames.ts'

/** Connections open at a time; the oldest goes when another is made, whatever it waits for. */
const openMax = 32
const framesPerConnectionMax = 12

/**
 * Sends requests, some of them damaged, over one connection after the other: whole, cut short, in pieces and many at a
 * time. Resolves when the broker has been given all of them.
 */
export async function fuzzConnections(
  port: number,
  corpus: readonly Buffer[],
  frames: number,
  seed: number,
): Promise<{ connections: number; closedByBroker: number }> {
  const random = randomIntegers(seed)
  const open: Socket[] = []
  let connections = 0
  let closedByBroker = 0
  for (let sent = 0; sent < frames; ) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.on('end', () => closedByBroker++)
    socket.resume()
    await once(socket, 'connect')
    connections++
    open.push(socket)
    for (let left = 1 + random(framesPerConnectionMax); left > 0 && sent < frames; left--, sent++) {
      sendInPieces(socket, streamOf(corpus, random), random)
    }
    if (random(4) === 0) socket.end()
    if (open.length === openMax) drop(open.shift()!)
  }
  for (const socket of open) drop(socket)
  return { connections, closedByBroker }
}

/** The requests of a corpus that the broker serves; some of the others would end every second connection at once. */
export async function servedRequests(client: RawClient, corpus: readonly Buffer[]): Promise<Buffer[]> {
  const { apiKeys } = await client.send(ApiVersions, 4, { clientSoftwareName: 'fuzz', clientSoftwareVersion: '1' })
  const served = new Map(apiKeys.map(({ apiKey, minVersion, maxVersion }) => [apiKey, [minVersion, maxVersion]]))
  return corpus.filter(frame => {
    const [min, max] = served.get(frame.readInt16BE(0)) ?? [1, 0]
    const version = frame.readInt16BE(2)
    return version >= min! && version <= max!
  })
}

/** Leaves without a word; by a reset, unless the socket is closing already, which Node would never finish then. */
function drop(socket: Socket): void {
  if (socket.writable) socket.resetAndDestroy()
  else socket.destroy()
}

/** A frame, in some cases damaged, with its size, in a few cases a lie. */
function streamOf(corpus: readonly Buffer[], random: RandomBelow): Buffer {
  const original = corpus[random(corpus.length)]!
  const stream = sized(random(5) === 0 ? damaged(original, random) : original)
  if (random(40) === 0) return damaged(stream, random)
  return stream
}

function sendInPieces(socket: Socket, bytes: Buffer, random: RandomBelow): void {
  if (random(3) > 0) {
    socket.write(bytes)
    return
  }
  const at = random(bytes.length + 1)
  socket.write(bytes.subarray(0, at))
  socket.write(bytes.subarray(at))
}

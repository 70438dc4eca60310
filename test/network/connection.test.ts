import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { InvalidRequestError } from '../../src/network/request-dispatcher.ts'
import { correlationIds, requestFrame, responses, sized } from './frames.ts'
import { settled, startHarness } from './network-harness.ts'

const produce = 0
const fetch = 1
const metadata = 3
const joinGroup = 11
const syncGroup = 14
const empty = { chunks: [] }

const request = (apiKey: number, correlationId: number, body?: Uint8Array) =>
  requestFrame({ apiKey, correlationId, ...(body === undefined ? {} : { body }) })

describe('a connection', () => {
  it('answers in the order of requests, whatever the order of answers', async () => {
    const { connect, dispatcher } = await startHarness()
    const socket = connect()
    socket.send(request(produce, 1), request(produce, 2), request(produce, 3))
    await dispatcher.pending[2]!.answer({ chunks: [Buffer.from('three')] })
    await dispatcher.pending[1]!.answer({ chunks: [Buffer.from('t'), Buffer.from('wo')] })
    assert.deepEqual(correlationIds(socket.receivedBytes), [])
    await dispatcher.pending[0]!.answer({ chunks: [Buffer.from('one')] })
    assert.deepEqual(
      responses(socket.receivedBytes).map(({ correlationId, body }) => [correlationId, body.toString()]),
      [
        [1, 'one'],
        [2, 'two'],
        [3, 'three'],
      ],
    )
  })

  it('starts a Produce while earlier ones are under way, but nothing else', async () => {
    const { connect, dispatcher } = await startHarness()
    const socket = connect()
    socket.send(request(produce, 1), request(produce, 2), request(metadata, 3), request(produce, 4))
    assert.deepEqual(dispatcher.seenIds, [1, 2])
    await dispatcher.pending[0]!.answer(empty)
    assert.deepEqual(dispatcher.seenIds, [1, 2])
    await dispatcher.pending[1]!.answer(empty)
    assert.deepEqual(dispatcher.seenIds, [1, 2, 3])
    await dispatcher.pending[2]!.answer(empty)
    assert.deepEqual(dispatcher.seenIds, [1, 2, 3, 4])
  })

  it('lets a Produce wait for an earlier request of another API', async () => {
    const { connect, dispatcher } = await startHarness()
    const socket = connect()
    socket.send(request(fetch, 1), request(produce, 2))
    assert.deepEqual(dispatcher.seenIds, [1])
    await dispatcher.pending[0]!.answer(empty)
    assert.deepEqual(dispatcher.seenIds, [1, 2])
  })

  it('stops reading while a request waits, and goes on afterwards', async () => {
    const { connect, dispatcher } = await startHarness()
    const socket = connect()
    socket.send(request(fetch, 1))
    assert.equal(socket.isPaused, false)
    socket.send(request(metadata, 2))
    assert.equal(socket.isPaused, true)
    await dispatcher.pending[0]!.answer(empty)
    await dispatcher.pending[1]!.answer(empty)
    assert.equal(socket.isPaused, false)
    assert.deepEqual(correlationIds(socket.receivedBytes), [1, 2])
  })

  it('has a bounded number of Produce requests under way', async () => {
    const { connect, dispatcher } = await startHarness()
    const socket = connect()
    for (let id = 0; id < 100; id++) socket.send(request(produce, id))
    assert.equal(dispatcher.seen.length, 64)
    assert.equal(socket.isPaused, true)
    for (let id = 0; id < 100; id++) await dispatcher.pending[id]!.answer(empty)
    assert.deepEqual(
      correlationIds(socket.receivedBytes),
      Array.from({ length: 100 }, (_, id) => id),
    )
  })

  it('sends nothing for an answer of null and keeps its place in the order', async () => {
    const { connect, dispatcher } = await startHarness()
    const socket = connect()
    socket.send(request(produce, 1), request(produce, 2))
    await dispatcher.pending[1]!.answer(empty)
    await dispatcher.pending[0]!.answer(null)
    assert.deepEqual(correlationIds(socket.receivedBytes), [2])
    assert.equal(socket.isDestroyed, false)
  })

  it('hands on the header and exactly the body', async () => {
    const { connect, dispatcher } = await startHarness()
    const body = Buffer.from('the body')
    connect().send(requestFrame({ apiKey: metadata, apiVersion: 12, correlationId: -7, clientId: 'käfka', body }))
    connect().send(requestFrame({ apiKey: metadata, correlationId: 1, clientId: null }))
    const [first, second] = dispatcher.seen
    assert.equal(first!.apiKey, metadata)
    assert.equal(first!.apiVersion, 12)
    assert.equal(first!.correlationId, -7)
    assert.equal(first!.clientId, 'käfka')
    assert.deepEqual(Buffer.from(first!.body), body)
    assert.equal(second!.clientId, '')
    assert.equal(second!.body.length, 0)
  })

  it('assembles requests whose bytes come one at a time', async () => {
    const { connect, dispatcher } = await startHarness()
    const socket = connect()
    const bytes = Buffer.concat([
      request(metadata, 1, Buffer.from('abc')),
      request(produce, 2, Buffer.alloc(300, 7)),
      request(metadata, 3),
    ])
    dispatcher.respond = () => empty
    for (const byte of bytes) socket.send(Uint8Array.of(byte))
    await settled()
    assert.deepEqual(correlationIds(socket.receivedBytes), [1, 2, 3])
    assert.deepEqual(Buffer.from(dispatcher.seen[0]!.body), Buffer.from('abc'))
  })

  it('keeps a Produce frame as it is while it is retained, and recycles it then', async () => {
    const { connect, dispatcher } = await startHarness()
    const socket = connect()
    const large = (fill: number) => request(produce, fill, Buffer.alloc(200_000, fill))
    socket.send(large(1))
    const first = dispatcher.pending[0]!
    first.request.retain()
    await first.answer(empty)
    socket.send(large(2))
    assert.deepEqual(Buffer.from(first.request.body), Buffer.alloc(200_000, 1))
    first.request.release()
    socket.send(large(3))
    const third = dispatcher.pending[2]!.request
    assert.equal(third.body.buffer, first.request.body.buffer)
    assert.deepEqual(Buffer.from(third.body), Buffer.alloc(200_000, 3))
    assert.deepEqual(Buffer.from(dispatcher.pending[1]!.request.body), Buffer.alloc(200_000, 2))
  })

  it('tells a response when it is sent, or when the connection is gone', async () => {
    const { connect, dispatcher } = await startHarness()
    const told: string[] = []
    const socket = connect()
    socket.takesBytes = false
    socket.send(request(produce, 1), request(produce, 2))
    await dispatcher.pending[0]!.answer({ chunks: [Buffer.alloc(10)], sent: () => told.push('one') })
    assert.equal(told.length, 0)
    socket.takeAll()
    assert.deepEqual(told, ['one'])
    socket.break()
    await settled()
    await dispatcher.pending[1]!.answer({ chunks: [Buffer.alloc(10)], sent: () => told.push('two') })
    assert.deepEqual(told, ['one', 'two'])
  })

  it('starts nothing while a slow reader leaves too much unsent', async () => {
    const { connect, dispatcher } = await startHarness()
    const socket = connect()
    socket.takesBytes = false
    dispatcher.respond = () => ({ chunks: [Buffer.alloc(700_000)] })
    for (let id = 1; id <= 5; id++) socket.send(request(metadata, id))
    assert.deepEqual(dispatcher.seenIds, [1, 2])
    socket.takeAll()
    await settled()
    assert.deepEqual(dispatcher.seenIds, [1, 2, 3, 4, 5])
  })

  it('lets others have their turn after a share of requests', async () => {
    const { connect, dispatcher, clock } = await startHarness()
    const socket = connect()
    dispatcher.respond = () => empty
    socket.send(Buffer.concat(Array.from({ length: 300 }, (_, id) => request(metadata, id))))
    assert.equal(dispatcher.seen.length, 128)
    clock.advance(0)
    assert.equal(dispatcher.seen.length, 256)
    clock.advance(0)
    assert.equal(dispatcher.seen.length, 300)
  })

  it('lets others have their turn between an answer and the JoinGroup that waited for it', async () => {
    const { connect, dispatcher, clock } = await startHarness()
    const leader = connect()
    leader.send(Buffer.concat([request(syncGroup, 1), request(joinGroup, 2), request(metadata, 3)]))
    await dispatcher.pending[0]!.answer(empty)
    assert.deepEqual(dispatcher.seenIds, [1])
    connect().send(request(syncGroup, 10))
    clock.advance(0)
    assert.deepEqual(dispatcher.seenIds, [1, 10, 2])
    await dispatcher.pending[2]!.answer(empty)
    assert.deepEqual(dispatcher.seenIds, [1, 10, 2, 3])
    connect().send(request(joinGroup, 20))
    assert.deepEqual(dispatcher.seenIds, [1, 10, 2, 3, 20])
  })

  it('answers what was sent before a half-close, then closes', async () => {
    const { connect, dispatcher } = await startHarness()
    const socket = connect()
    socket.send(request(metadata, 1))
    socket.sendEnd()
    await settled()
    assert.equal(socket.isEnded, false)
    await dispatcher.pending[0]!.answer(empty)
    assert.deepEqual(correlationIds(socket.receivedBytes), [1])
    assert.equal(socket.isDestroyed, true)
  })

  it('gives everything back to the budget when it breaks', async () => {
    const { connect, dispatcher, budget } = await startHarness()
    const socket = connect()
    socket.takesBytes = false
    socket.send(request(produce, 1, Buffer.alloc(100_000)), request(produce, 2))
    await dispatcher.pending[0]!.answer({ chunks: [Buffer.alloc(50_000)] })
    socket.send(request(produce, 3, Buffer.alloc(500_000)).subarray(0, 1000))
    assert.ok(budget.usedBytes > 550_000)
    socket.break()
    await settled()
    await dispatcher.pending[1]!.answer(empty)
    assert.equal(budget.usedBytes, 0)
  })

  it('tells who asked when it is gone', async () => {
    const { connect, dispatcher } = await startHarness()
    const socket = connect()
    socket.send(request(fetch, 1))
    const { connection } = dispatcher.seen[0]!
    let told = 0
    connection.onClosed(() => told++)
    const forget = connection.onClosed(() => {
      told += 100
    })
    forget()
    socket.break()
    await settled()
    assert.equal(told, 1)
    assert.equal(connection.isClosed, true)
    connection.onClosed(() => told++)
    assert.equal(told, 2)
  })
})

describe('a connection whose client makes a mistake', () => {
  const garbage: [name: string, bytes: Buffer, reason: RegExp][] = [
    ['a negative size', Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0]), /Invalid receive \(size = -1\)/],
    ['a size of zero', Buffer.from([0, 0, 0, 0]), /Invalid receive \(size = 0\)/],
    ['a size above socket.request.max.bytes', Buffer.from('GET / HTTP/1.1'), /larger than 104857600/],
    ['an API that is not served', request(99, 1), /api with key 99 and unsupported version 0/],
    ['a header cut short', sized(Buffer.from([0, 3, 0, 0, 0, 0])), /because of error/],
    ['a client id longer than the frame', sized(Buffer.from([0, 3, 0, 0, 0, 0, 0, 1, 0, 9, 65])), /because of error/],
  ]
  for (const [name, bytes, reason] of garbage) {
    it(`is closed alone, with one line, on ${name}`, async () => {
      const { connect, dispatcher, lines, budget } = await startHarness()
      dispatcher.unserved.add(99)
      const other = connect()
      const socket = connect()
      socket.send(bytes, request(metadata, 5))
      await settled()
      assert.equal(socket.isDestroyed, true)
      const logged = lines.filter(line => line.includes('127.0.0.1:50001'))
      assert.equal(logged.length, 1, lines.join('\n'))
      assert.match(logged[0]!, reason)
      assert.match(logged[0]!, / WARN /)
      assert.equal(budget.usedBytes, 0)
      other.send(request(metadata, 6))
      assert.deepEqual(dispatcher.seenIds, [6])
    })
  }

  it('still gets the answers to what it sent before', async () => {
    const { connect, dispatcher, lines } = await startHarness()
    const socket = connect()
    socket.send(request(produce, 1), request(produce, 2), Buffer.from([0xff, 0, 0, 0]))
    await settled()
    assert.equal(socket.isEnded, false)
    await dispatcher.pending[0]!.answer(empty)
    await dispatcher.pending[1]!.answer(empty)
    assert.deepEqual(correlationIds(socket.receivedBytes), [1, 2])
    assert.equal(socket.isDestroyed, true)
    assert.equal(lines.filter(line => line.includes('Closing socket')).length, 1)
  })

  it('is closed when its request is refused, and what came after is not answered', async () => {
    const { connect, dispatcher, lines } = await startHarness()
    const socket = connect()
    socket.send(request(produce, 1), request(produce, 2), request(produce, 3))
    await dispatcher.pending[0]!.answer(empty)
    await dispatcher.pending[2]!.answer(empty)
    await dispatcher.pending[1]!.refuse(new InvalidRequestError('acks=0 and no such topic'))
    assert.deepEqual(correlationIds(socket.receivedBytes), [1])
    assert.equal(socket.isDestroyed, true)
    assert.equal(lines.filter(line => line.includes('acks=0 and no such topic')).length, 1)
  })

  it('is closed with the stack in the log when the broker is at fault', async () => {
    const { connect, dispatcher, lines } = await startHarness()
    const socket = connect()
    dispatcher.respond = () => {
      throw new TypeError('a bug')
    }
    socket.send(request(metadata, 1))
    await settled()
    assert.equal(socket.isDestroyed, true)
    assert.match(lines.at(-1)!, /ERROR .*\n.*TypeError: a bug\n\s+at /)
  })

  it('is mentioned when it goes away in the middle of a request', async () => {
    const { connect, lines, budget } = await startHarness()
    const socket = connect()
    socket.send(request(metadata, 1, Buffer.alloc(1000)).subarray(0, 500))
    socket.sendEnd()
    await settled()
    assert.equal(socket.isDestroyed, true)
    assert.match(lines.at(-1)!, /INFO .*in the middle of a request/)
    assert.equal(budget.usedBytes, 0)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { correlationIds, requestFrame } from './frames.ts'
import { settled, startHarness } from './network-harness.ts'

const empty = { chunks: [] }
const request = (correlationId: number, bodyBytes = 0, apiKey = 0) =>
  requestFrame({ apiKey, correlationId, body: Buffer.alloc(bodyBytes) })

describe('a socket server', () => {
  it('closes a connection that has been idle for connections.max.idle.ms, and no other', async () => {
    const { connect, clock, deadlines, dispatcher } = await startHarness({
      config: { 'connections.max.idle.ms': '60000' },
    })
    dispatcher.respond = () => empty
    const idle = connect()
    const busy = connect()
    for (let minute = 0; minute < 4; minute++) {
      clock.advance(20_000)
      busy.send(request(minute))
    }
    await settled()
    assert.equal(idle.isDestroyed, true)
    assert.equal(busy.isDestroyed, false)
    assert.equal(deadlines.size, 1)
  })

  it('needs one timer for any number of idle connections', async () => {
    const { connect, clock } = await startHarness()
    for (let index = 0; index < 100; index++) connect()
    assert.equal(clock.timerCount, 1)
  })

  it('refuses an address beyond max.connections.per.ip, and takes it again when a place is free', async () => {
    const { connect, lines } = await startHarness({
      config: { 'max.connections.per.ip': '2', 'max.connections.per.ip.overrides': '10.0.0.1:1' },
    })
    const first = connect()
    connect()
    assert.equal(connect().isDestroyed, true)
    assert.match(lines.at(-1)!, /Rejected connection from \/127\.0\.0\.1, .* maximum of 2 connections/)
    assert.equal(connect('10.0.0.1').isDestroyed, false)
    assert.equal(connect('10.0.0.1').isDestroyed, true)
    assert.equal(connect('10.0.0.2').isDestroyed, false)
    first.break()
    await settled()
    assert.equal(connect().isDestroyed, false)
  })

  it('lets a connection beyond max.connections wait for a place', async () => {
    const { connect, dispatcher } = await startHarness({ config: { 'max.connections': '1' } })
    dispatcher.respond = () => empty
    const first = connect()
    const second = connect()
    second.send(request(7))
    assert.deepEqual(dispatcher.seenIds, [])
    first.break()
    await settled()
    assert.deepEqual(correlationIds(second.receivedBytes), [7])
  })

  it('lets no more connections wait than the backlog holds', async () => {
    const { connect, server } = await startHarness({
      config: { 'max.connections': '1', 'socket.listen.backlog.size': '3' },
    })
    const sockets = Array.from({ length: 6 }, () => connect())
    assert.deepEqual(
      sockets.map(socket => socket.isDestroyed),
      [false, false, false, false, true, true],
    )
    assert.equal(server.connectionCount, 1)
  })

  it('makes room for the listener between brokers by closing the longest unused of the others', async () => {
    const { connect, clock, server } = await startHarness({
      config: {
        listeners: 'PLAINTEXT://localhost:9092,CLIENTS://localhost:9093',
        'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CLIENTS:PLAINTEXT',
        'max.connections': '2',
      },
    })
    const longestUnused = connect('127.0.0.1', 9093)
    clock.advance(1)
    const other = connect('127.0.0.1', 9093)
    const ofBroker = connect('127.0.0.1', 9092)
    await settled()
    assert.deepEqual([longestUnused.isDestroyed, other.isDestroyed, ofBroker.isDestroyed], [true, false, false])
    assert.equal(server.connectionCount, 2)
  })

  it('starts no more than queued.max.requests at a time over all connections, long polls apart', async () => {
    const { connect, dispatcher } = await startHarness({ config: { 'queued.max.requests': '3' } })
    const [first, second, third, fetching] = [connect(), connect(), connect(), connect()]
    first.send(request(1), request(2))
    second.send(request(3), request(4))
    third.send(request(5, 0, 3))
    fetching.send(request(6, 0, 1))
    assert.deepEqual(dispatcher.seenIds, [1, 2, 3, 6])
    assert.deepEqual([first.isPaused, second.isPaused, third.isPaused], [false, true, true])
    await dispatcher.pending[0]!.answer(empty)
    assert.deepEqual(dispatcher.seenIds, [1, 2, 3, 6, 4])
    await dispatcher.pending[1]!.answer(empty)
    assert.deepEqual(dispatcher.seenIds, [1, 2, 3, 6, 4, 5])
  })

  it('keeps the order of answers when one gives its place to the next of the same connection', async () => {
    const { connect, dispatcher } = await startHarness({ config: { 'queued.max.requests': '1' } })
    const socket = connect()
    socket.send(request(1), request(2))
    dispatcher.respond = () => empty
    await dispatcher.pending[0]!.answer(empty)
    assert.deepEqual(correlationIds(socket.receivedBytes), [1, 2])
  })

  it('gives the place of a broken connection to those who wait for one', async () => {
    const { connect, dispatcher } = await startHarness({ config: { 'queued.max.requests': '1' } })
    const [busy, gone, waiting] = [connect(), connect(), connect()]
    busy.send(request(1))
    gone.send(request(2))
    waiting.send(request(3))
    gone.break()
    busy.break()
    await settled()
    await dispatcher.pending[0]!.answer(empty)
    assert.deepEqual(dispatcher.seenIds, [1, 3])
  })

  it('follows when max.connections changes, up and down', async () => {
    const { connect, clock, setConfig, server } = await startHarness({ config: { 'max.connections': '2' } })
    const sockets = []
    for (let index = 0; index < 4; index++) {
      sockets.push(connect())
      clock.advance(1)
    }
    assert.equal(server.connectionCount, 2)
    setConfig('max.connections', '4')
    assert.equal(server.connectionCount, 4)
    setConfig('max.connections', '1')
    await settled()
    assert.deepEqual(
      sockets.map(socket => socket.isDestroyed),
      [true, true, true, false],
    )
  })

  it('spreads new connections beyond max.connection.creation.rate over time', async () => {
    const { connect, clock, server } = await startHarness({ config: { 'max.connection.creation.rate': '2' } })
    for (let index = 0; index < 25; index++) connect()
    assert.equal(server.connectionCount, 20)
    clock.advance(500)
    assert.equal(server.connectionCount, 21)
    clock.advance(2100)
    assert.equal(server.connectionCount, 25)
  })

  for (const [key, value, burst] of [
    ['quota.window.num', '4', 6],
    ['quota.window.size.seconds', '3', 60],
  ] as const) {
    it(`lets so much of the rate come at once as ${key} says`, async () => {
      const { connect, server } = await startHarness({ config: { 'max.connection.creation.rate': '2', [key]: value } })
      for (let index = 0; index < 70; index++) connect()
      assert.equal(server.connectionCount, burst)
    })
  }

  it('holds one listener to listener.name.<name>.max.connections and its rate, and no other', async () => {
    const { connect, clock, setConfig, server } = await startHarness({
      config: {
        listeners: 'PLAINTEXT://localhost:9092,CLIENTS://localhost:9093',
        'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CLIENTS:PLAINTEXT',
        'listener.name.clients.max.connections': '2',
        'listener.name.clients.max.connection.creation.rate': '1',
      },
    })
    for (let index = 0; index < 4; index++) {
      connect('127.0.0.1', 9093)
      connect('127.0.0.1', 9092)
    }
    assert.equal(server.connectionCount, 6)
    setConfig('listener.name.clients.max.connections', '100')
    assert.equal(server.connectionCount, 8)
    for (let index = 0; index < 10; index++) connect('127.0.0.1', 9093)
    assert.equal(server.connectionCount, 14)
    clock.advance(4100)
    assert.equal(server.connectionCount, 18)
  })

  it('refuses to serve a listener in the clear that asks for TLS', async () => {
    const config = {
      listeners: 'PLAINTEXT://localhost:9092,SSL://localhost:9093',
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,SSL:SSL',
    }
    await assert.rejects(startHarness({ config }), {
      name: 'StartupError',
      message: 'Listener SSL asks for SSL, which Ottla does not speak yet: use PLAINTEXT',
    })
  })

  it('stops reading when the budget is spent, and goes on in the order of asking', async () => {
    const { connect, dispatcher, budget } = await startHarness({ budgetBytes: 100_000 })
    const [first, second, third] = [connect(), connect(), connect()]
    first.send(request(1, 150_000))
    assert.ok(budget.usedBytes > budget.limitBytes)
    second.send(request(2, 80_000))
    third.send(request(3, 80_000))
    assert.deepEqual(dispatcher.seenIds, [1])
    assert.equal(second.isPaused, true)
    await dispatcher.pending[0]!.answer(empty)
    assert.deepEqual(dispatcher.seenIds, [1, 2, 3])
    await dispatcher.pending[1]!.answer(empty)
    await dispatcher.pending[2]!.answer(empty)
    assert.equal(budget.usedBytes, 0)
  })

  it('serves small requests although large ones have spent the budget', async () => {
    const { connect, dispatcher, budget } = await startHarness({ budgetBytes: 200_000 })
    for (let index = 0; index < 5; index++) connect().send(request(index, 150_000).subarray(0, 50_000))
    connect().send(request(9))
    assert.ok(budget.usedBytes > budget.limitBytes)
    assert.deepEqual(dispatcher.seenIds, [9])
  })

  it('never holds more than the budget and one frame, whatever is announced', async () => {
    const { connect, budget } = await startHarness({ budgetBytes: 1_000_000 })
    for (let index = 0; index < 50; index++) connect().send(request(index, 400_000).subarray(0, 300_000))
    assert.ok(budget.usedBytes < 1_000_000 + 400_100, String(budget.usedBytes))
  })

  it('sends away whoever holds memory without moving while others wait for it', async () => {
    const { connect, clock, dispatcher, lines } = await startHarness({ budgetBytes: 100_000 })
    const holder = connect()
    holder.send(request(1, 200_000).subarray(0, 50_000))
    const waiting = connect()
    waiting.send(request(2, 50_000))
    assert.deepEqual(dispatcher.seenIds, [])
    clock.advance(10_001)
    await settled()
    assert.equal(holder.isDestroyed, true)
    assert.deepEqual(dispatcher.seenIds, [2])
    assert.equal(lines.filter(line => line.includes('others wait for memory')).length, 1)
  })

  it('sends away whoever does not read its answer while fetches wait for that memory', async () => {
    const { connect, clock, dispatcher, server } = await startHarness({ budgetBytes: 100_000 })
    dispatcher.respond = () => ({ chunks: [new Uint8Array(90_000)] })
    const stalled = connect()
    stalled.takesBytes = false
    stalled.send(request(1, 0, 1))
    const reading = connect()
    reading.send(request(2, 0, 1))
    // Long ago, and nobody minds.
    clock.advance(60_000)
    await settled()
    assert.equal(stalled.isDestroyed, false)
    server.memoryIsShort()
    clock.advance(10_001)
    await settled()
    assert.deepEqual([stalled.isDestroyed, reading.isDestroyed], [true, false])
  })

  it('answers what is under way before it stops, and does not wait for long polls', async () => {
    const { connect, dispatcher, server } = await startHarness()
    const [producing, fetching, idle] = [connect(), connect(), connect()]
    producing.send(request(1))
    fetching.send(request(2, 0, 1))
    const stopped = server.stop()
    await settled()
    assert.deepEqual([fetching.isDestroyed, idle.isDestroyed, producing.isDestroyed], [true, true, false])
    await dispatcher.pending[0]!.answer(empty)
    await stopped
    assert.deepEqual(correlationIds(producing.receivedBytes), [1])
    assert.equal(connect().isDestroyed, true)
  })

  it('stops in bounded time although a request is never answered', async () => {
    const { connect, clock, server } = await startHarness()
    const socket = connect()
    socket.send(request(1))
    const stopped = server.stop()
    await settled()
    clock.advance(1000)
    await stopped
    assert.equal(socket.isDestroyed, true)
  })
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { describe, it } from 'node:test'
import { TcpTransport } from '../../src/platform/tcp-transport.ts'
import type { SocketHandler, TransportSocket } from '../../src/ports.ts'

/** Collects what arrives and answers with what a test wants. */
class Collector implements SocketHandler {
  readonly socket: TransportSocket
  readonly chunks: Buffer[] = []
  readonly gone = Promise.withResolvers<Error | undefined>()
  readonly end = Promise.withResolvers<void>()
  readonly #buffer: Buffer
  #waiting: { bytes: number; resolve: () => void } | undefined

  constructor(socket: TransportSocket, bufferBytes = 1024) {
    this.socket = socket
    this.#buffer = Buffer.alloc(bufferBytes)
  }

  receiveBuffer(): Uint8Array {
    return this.#buffer
  }

  received(length: number): void {
    this.chunks.push(Buffer.from(this.#buffer.subarray(0, length)))
    if (this.#waiting !== undefined && this.bytes.length >= this.#waiting.bytes) this.#waiting.resolve()
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks)
  }

  receivedBytes(bytes: number): Promise<void> {
    if (this.bytes.length >= bytes) return Promise.resolve()
    return new Promise(resolve => {
      this.#waiting = { bytes, resolve }
    })
  }

  ended(): void {
    this.end.resolve()
  }

  sent(): void {}

  closed(cause: Error | undefined): void {
    this.gone.resolve(cause)
  }
}

async function listening(host = '127.0.0.1') {
  const transport = new TcpTransport()
  const accepted: Collector[] = []
  let wake: (() => void) | undefined
  const server = await transport.listen({ host, port: 0, backlogSize: 50 }, socket => {
    const collector = new Collector(socket)
    accepted.push(collector)
    wake?.()
    return collector
  })
  const next = async (count: number): Promise<Collector> => {
    while (accepted.length < count) {
      await new Promise<void>(resolve => {
        wake = resolve
      })
    }
    return accepted[count - 1]!
  }
  return { transport, server, next }
}

function connect(port: number, host = '127.0.0.1', options: { allowHalfOpen?: boolean } = {}): net.Socket {
  return net.connect({ port, host, ...options }).on('error', () => {})
}

/** The broker's ends of so many connections. */
async function connected(count: number) {
  const { server, next } = await listening()
  const sockets: TransportSocket[] = []
  for (let index = 1; index <= count; index++) {
    connect(server.port).resume()
    sockets.push((await next(index)).socket)
  }
  await nextTurn()
  const close = () => {
    for (const socket of sockets) socket.destroy()
    return server.close()
  }
  return { close, sockets }
}

function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

describe('the TCP transport', () => {
  it('carries bytes both ways, in order, whatever the sizes', async () => {
    const { server, next } = await listening()
    const client = connect(server.port)
    const sent = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251))
    client.write(sent)
    const accepted = await next(1)
    await accepted.receivedBytes(sent.length)
    assert.ok(accepted.bytes.equals(sent))
    const chunks = Array.from({ length: 500 }, (_, index) => Buffer.alloc((index * 37) % 5000, index))
    const expected = Buffer.concat(chunks)
    for (let at = 0; at < chunks.length; at += 7) accepted.socket.write(chunks.slice(at, at + 7))
    const back: Buffer[] = []
    for await (const chunk of client) {
      back.push(chunk)
      if (back.reduce((sum, one) => sum + one.length, 0) === expected.length) break
    }
    assert.ok(Buffer.concat(back).equals(expected))
    client.destroy()
    await server.close()
  })

  it('keeps chunks that the operating system does not take at once', async () => {
    const { server, next } = await listening()
    const client = connect(server.port)
    client.pause()
    const { socket } = await next(1)
    const large = Buffer.alloc(8_000_000, 1)
    socket.write([Buffer.from('head'), large])
    for (let index = 0; index < 50; index++) {
      await new Promise(resolve => setImmediate(resolve))
      socket.write([Buffer.from(String.fromCharCode(65 + (index % 26)).repeat(100))])
    }
    assert.ok(socket.unsentBytes > 0)
    const back: Buffer[] = []
    let bytes = 0
    for await (const chunk of client) {
      back.push(chunk)
      bytes += chunk.length
      if (bytes === 4 + large.length + 5000) break
    }
    const all = Buffer.concat(back)
    assert.equal(all.subarray(0, 4).toString(), 'head')
    for (let index = 0; index < 50; index++) {
      const at = 4 + large.length + index * 100
      assert.equal(all.subarray(at, at + 100).toString(), String.fromCharCode(65 + (index % 26)).repeat(100))
    }
    client.destroy()
    await server.close()
  })

  it('sends what a turn of the loop writes to several connections at its end', async () => {
    const { close, sockets } = await connected(2)
    const [one, other] = sockets
    for (const socket of [one!, other!]) for (let answer = 0; answer < 5; answer++) socket.write([Buffer.alloc(10)])
    assert.deepEqual([one!.unsentBytes, other!.unsentBytes], [50, 50])
    await new Promise(resolve => process.nextTick(resolve))
    assert.deepEqual([one!.unsentBytes, other!.unsentBytes], [50, 50])
    await nextTurn()
    assert.deepEqual([one!.unsentBytes, other!.unsentBytes], [0, 0])
    await close()
  })

  it('sends three answers at once where only one connection is written to, and the rest at the end', async () => {
    const { close, sockets } = await connected(1)
    const [socket] = sockets
    for (let turn = 0; turn < 2; turn++) {
      socket!.write([Buffer.alloc(10)])
      await nextTurn()
      const unsent = Array.from({ length: 7 }, () => {
        socket!.write([Buffer.alloc(4), Buffer.alloc(6)])
        return socket!.unsentBytes
      })
      assert.deepEqual(unsent, [10, 20, 0, 10, 20, 30, 40])
      await nextTurn()
      assert.equal(socket!.unsentBytes, 0)
    }
    await close()
  })

  it('holds back nothing for a turn that lasts', async () => {
    const { close, sockets } = await connected(3)
    const [one, other, third] = sockets
    one!.write([Buffer.alloc(10)])
    for (const began = performance.now(); performance.now() < began + 2; ) other!.write([Buffer.alloc(10)])
    third!.write([Buffer.alloc(10)])
    await new Promise(resolve => process.nextTick(resolve))
    assert.deepEqual(
      sockets.map(({ unsentBytes }) => unsentBytes),
      [0, 0, 0],
    )
    await close()
  })

  it('does not take back by a reset what it has sent to a peer that is still sending', async () => {
    const { server, next } = await listening()
    const client = connect(server.port)
    const errors: Error[] = []
    client.on('error', error => errors.push(error))
    client.write(Buffer.alloc(2_000_000))
    const accepted = await next(1)
    await accepted.receivedBytes(1)
    const answer = Buffer.alloc(500_000, 7)
    accepted.socket.write([answer])
    accepted.socket.end(true)
    const back: Buffer[] = []
    for await (const chunk of client) back.push(chunk)
    assert.ok(Buffer.concat(back).equals(answer))
    assert.equal(await accepted.gone.promise, undefined)
    assert.deepEqual(errors, [])
    await server.close()
  })

  it('drops only so much of what comes after its end', async () => {
    const { server, next } = await listening()
    const client = connect(server.port, '127.0.0.1', { allowHalfOpen: true })
    let isOpen = true
    const flood = () => {
      if (isOpen) client.write(Buffer.alloc(256 * 1024), flood)
    }
    flood()
    const accepted = await next(1)
    await accepted.receivedBytes(1)
    accepted.socket.end(true)
    await accepted.gone.promise
    isOpen = false
    client.destroy()
    await server.close()
  })

  it('waits only so long for a peer that neither sends nor ends', async () => {
    const { server, next } = await listening()
    const client = connect(server.port, '127.0.0.1', { allowHalfOpen: true })
    const accepted = await next(1)
    accepted.socket.end(true)
    await accepted.gone.promise
    client.destroy()
    await server.close()
  })

  it('serves localhost on IPv4 and IPv6 at the same port, and every interface with one wildcard', async context => {
    const hasIpv6 = await canListenOn('::1')
    if (!hasIpv6) return context.skip('this machine has no IPv6')
    for (const host of ['localhost', '', '0.0.0.0']) {
      const { server, next } = await listening(host)
      const [one, other] = [connect(server.port, '127.0.0.1'), connect(server.port, '::1')]
      await next(2)
      const remotes = [(await next(1)).socket.remote.address, (await next(2)).socket.remote.address]
      assert.deepEqual(remotes.sort(), ['127.0.0.1', '::1'])
      one.destroy()
      other.destroy()
      await server.close()
    }
  })

  it('says which error keeps it from listening', async () => {
    const { server, transport } = await listening()
    const options = { host: '127.0.0.1', port: server.port, backlogSize: 50 }
    await assert.rejects(
      transport.listen(options, () => undefined),
      { name: 'TransportError', code: 'EADDRINUSE' },
    )
    await server.close()
    const again = await transport.listen(options, () => undefined)
    await again.close()
  })

  it('reads nothing while paused', async () => {
    const { server, next } = await listening()
    const client = connect(server.port)
    const accepted = await next(1)
    client.write('one')
    await accepted.receivedBytes(3)
    accepted.socket.pause()
    client.write('two')
    // What is sent over another connection later has arrived, so 'two' has too.
    const witness = connect(server.port)
    witness.write('three')
    await (await next(2)).receivedBytes(5)
    assert.equal(accepted.bytes.toString(), 'one')
    accepted.socket.resume()
    await accepted.receivedBytes(6)
    assert.equal(accepted.bytes.toString(), 'onetwo')
    client.destroy()
    witness.destroy()
    await server.close()
  })

  it('can be paused before anything is read', async () => {
    const transport = new TcpTransport()
    const accepted = Promise.withResolvers<Collector>()
    const server = await transport.listen({ host: '127.0.0.1', port: 0, backlogSize: 5 }, socket => {
      socket.pause()
      const collector = new Collector(socket)
      accepted.resolve(collector)
      return collector
    })
    const client = connect(server.port)
    client.write('early')
    const collector = await accepted.promise
    for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve))
    assert.equal(collector.bytes.length, 0)
    collector.socket.resume()
    await collector.receivedBytes(5)
    client.destroy()
    await server.close()
  })

  it('can still answer a client that has closed its side', async () => {
    const { server, next } = await listening()
    const client = connect(server.port, '127.0.0.1', { allowHalfOpen: true })
    client.end('question')
    const accepted = await next(1)
    await accepted.end.promise
    assert.equal(accepted.bytes.toString(), 'question')
    accepted.socket.write([Buffer.from('answer')])
    accepted.socket.end()
    const [answer] = await once(client, 'data')
    assert.equal(String(answer), 'answer')
    assert.equal(await accepted.gone.promise, undefined)
    await server.close()
  })

  it('reports a reset as the cause, once', async () => {
    const { server, next } = await listening()
    const client = connect(server.port)
    const accepted = await next(1)
    client.resetAndDestroy()
    const cause = await accepted.gone.promise
    assert.match(String(cause), /ECONNRESET/)
    await server.close()
  })

  it('closes a connection that nobody wants', async () => {
    const transport = new TcpTransport()
    const server = await transport.listen({ host: '127.0.0.1', port: 0, backlogSize: 5 }, () => undefined)
    const client = connect(server.port)
    await once(client, 'close')
    await server.close()
  })

  it('connects out as it is connected to', async () => {
    const { server, transport, next } = await listening()
    let collector: Collector | undefined
    const socket = await transport.connect('127.0.0.1', server.port, taken => {
      collector = new Collector(taken)
      return collector
    })
    socket.write([Buffer.from('ping')])
    const accepted = await next(1)
    await accepted.receivedBytes(4)
    accepted.socket.write([Buffer.from('pong')])
    await collector!.receivedBytes(4)
    assert.equal(collector!.bytes.toString(), 'pong')
    socket.destroy()
    await server.close()
    await assert.rejects(
      transport.connect('127.0.0.1', server.port, taken => new Collector(taken)),
      { name: 'TransportError', code: 'ECONNREFUSED' },
    )
  })
})

function canListenOn(host: string): Promise<boolean> {
  return new Promise(resolve => {
    const server = net.createServer()
    server.once('error', () => resolve(false))
    server.listen({ port: 0, host }, () => server.close(() => resolve(true)))
  })
}

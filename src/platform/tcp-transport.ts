import { lookup } from 'node:dns/promises'
import { createConnection, createServer, type OnReadOpts, type Socket, type Server as TcpServer } from 'node:net'
import {
  type ListenOptions,
  type SocketAddress,
  type SocketHandler,
  type Transport,
  TransportError,
  type TransportServer,
  type TransportSocket,
} from '../ports.ts'
import { errorCode } from './error-code.ts'
import { SocketFlusher } from './socket-flusher.ts'
import { receiveInPlace, TcpSocket } from './tcp-socket.ts'

type Accept = (socket: TransportSocket) => SocketHandler | undefined

/** How often a free port is looked for that is free on every address of a host. */
const freePortAttemptsMax = 20

/** `Transport` over TCP. */
export class TcpTransport implements Transport {
  readonly #flusher = new SocketFlusher()

  async listen(options: ListenOptions, accept: Accept): Promise<TransportServer> {
    let addresses = await addressesOf(options.host)
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#listenOnAll(addresses, options, accept)
      } catch (error) {
        if (isAddressMissing(error) && addresses === everyInterface) {
          addresses = everyIpv4Interface
          continue
        }
        const isRetried = options.port === 0 && errorCode(error) === 'EADDRINUSE' && attempt < freePortAttemptsMax
        if (!isRetried) throw transportError(error)
      }
    }
  }

  async connect(
    host: string,
    port: number,
    handlerOf: (socket: TransportSocket) => SocketHandler,
  ): Promise<TransportSocket> {
    const socket = await new Promise<Socket>((resolve, reject) => {
      const connecting = createConnection({ host, port, allowHalfOpen: true, noDelay: true, keepAlive: true })
      connecting.pause()
      connecting.once('error', error => reject(transportError(error)))
      connecting.once('connect', () => {
        connecting.removeAllListeners('error')
        resolve(connecting)
      })
    })
    return this.#take(socket, handlerOf)
  }

  async #listenOnAll(addresses: readonly string[], options: ListenOptions, accept: Accept): Promise<TransportServer> {
    const servers: TcpServer[] = []
    let missing: unknown
    let { port } = options
    try {
      for (const address of addresses) {
        const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true, keepAlive: true })
        server.on('connection', socket => this.#accepted(socket, accept))
        try {
          port = await bind(server, address, port, options.backlogSize)
        } catch (error) {
          if (!isAddressMissing(error)) throw error
          missing = error
          continue
        }
        servers.push(server)
      }
      // Without IPv6 there is no ::1, and localhost is 127.0.0.1 alone: one address that can be had is enough.
      if (servers.length === 0) throw missing
    } catch (error) {
      await Promise.all(servers.map(close))
      throw error
    }
    return {
      port,
      close: async () => {
        await Promise.all(servers.map(close))
      },
    }
  }

  #accepted(socket: Socket, accept: Accept): void {
    // The peer may be gone already, and then has no address any more.
    if (socket.remoteAddress === undefined) {
      socket.destroy()
      return
    }
    let isWanted = true
    const taken = this.#take(socket, wrapped => {
      const handler = accept(wrapped)
      isWanted = handler !== undefined
      return handler ?? unwanted
    })
    if (!isWanted) taken.destroy()
  }

  #take(socket: Socket, handlerOf: (socket: TransportSocket) => SocketHandler): TcpSocket {
    const addresses = {
      local: socketAddress(socket.localAddress, socket.localPort),
      remote: socketAddress(socket.remoteAddress, socket.remotePort),
    }
    const makeSocket = (onread: OnReadOpts) => receiveInPlace(socket, onread)
    return new TcpSocket(this.#flusher, makeSocket, addresses, handlerOf)
  }
}

const nothing = () => {}

const unwanted: SocketHandler = {
  receiveBuffer: () => new Uint8Array(1),
  received: nothing,
  ended: nothing,
  sent: nothing,
  closed: nothing,
}

/** One socket that serves both families, as the JVM's does whichever way the wildcard is written. */
const everyInterface: readonly string[] = ['::']
const everyIpv4Interface: readonly string[] = ['0.0.0.0']

/** Every address to bind for `host`, IPv4 first. */
async function addressesOf(host: string): Promise<readonly string[]> {
  if (host === '' || host === '0.0.0.0' || host === '::') return everyInterface
  // Said here, and not left to the resolver: not every machine lists ::1 for localhost.
  if (host === 'localhost') return ['127.0.0.1', '::1']
  try {
    const found = await lookup(host, { all: true, order: 'ipv4first' })
    return [...new Set(found.map(({ address }) => address))]
  } catch (error) {
    throw transportError(error)
  }
}

/** Resolves with the port. */
function bind(server: TcpServer, host: string, port: number, backlog: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, backlog }, () => {
      server.removeAllListeners('error')
      // Errors of accept(2), such as too many open files, concern one connection that never was.
      server.on('error', nothing)
      const bound = server.address()
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port)
    })
  })
}

function close(server: TcpServer): Promise<void> {
  return new Promise(resolve => {
    // The callback waits for connections too, and they are not the server's any more.
    server.close()
    setImmediate(resolve)
  })
}

function socketAddress(address: string | undefined, port: number | undefined): SocketAddress {
  return { address: (address ?? '').replace(/^::ffff:(?=\d+\.)/, ''), port: port ?? 0 }
}

function isAddressMissing(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT'
}

function transportError(error: unknown): TransportError {
  if (error instanceof TransportError) return error
  return new TransportError(errorCode(error) ?? 'EIO', String(error), error)
}

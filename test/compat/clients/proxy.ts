import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** Sees what passes through one connection. */
export interface ConnectionTap {
  toBroker(chunk: Uint8Array): void
  toClient(chunk: Uint8Array): void
}

/**
 * A port that clients take for the broker: it passes bytes on and, when told to, cuts every connection at once. The broker
 * advertises it, so that clients come through it whatever they learn from metadata.
 */
export class CuttableProxy {
  readonly port: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #brokerPort = 0
  #newTap: (() => ConnectionTap) | undefined

  private constructor(server: Server) {
    this.#server = server
    this.port = (server.address() as { port: number }).port
    server.on('connection', socket => this.#join(socket))
  }

  static async listen(): Promise<CuttableProxy> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new CuttableProxy(server)
  }

  forwardTo(brokerPort: number): void {
    this.#brokerPort = brokerPort
  }

  /** Every connection from now on gets a tap of its own. */
  tapWith(newTap: () => ConnectionTap): void {
    this.#newTap = newTap
  }

  /** Ends every connection without a farewell. New ones are accepted at once. */
  cut(): void {
    for (const socket of this.#sockets) {
      // A socket that is being shut down cannot be reset any more, and one that tries is never closed.
      if (socket.connecting || socket.writableEnded) socket.destroy()
      else socket.resetAndDestroy()
    }
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #join(client: Socket): void {
    const broker = connect(this.#brokerPort, 'localhost')
    const tap = this.#newTap?.()
    if (tap !== undefined) {
      // Before anything is piped, so that a tap knows of a chunk before the other side does.
      client.on('data', chunk => tap.toBroker(chunk as Buffer))
      broker.on('data', chunk => tap.toClient(chunk as Buffer))
    }
    for (const [socket, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      this.#sockets.add(socket)
      socket.setNoDelay(true)
      socket.pipe(other)
      socket.on('error', () => {})
      socket.on('close', () => {
        this.#sockets.delete(socket)
        other.destroy()
      })
    }
  }
}

import { type SocketHandler, type Transport, TransportError } from '../../ports.ts'
import type { HostAndPort } from './hosts.ts'

/** Whether nothing listens there, as seen from this machine; false where there is another reason to fail. */
export async function connectionIsRefused({ host, port }: HostAndPort, transport: Transport): Promise<boolean> {
  try {
    const socket = await transport.connect(host, port, () => nobody)
    socket.destroy()
    return false
  } catch (error) {
    return error instanceof TransportError && error.code === 'ECONNREFUSED'
  }
}

const nobody: SocketHandler = {
  receiveBuffer: () => new Uint8Array(1),
  received() {},
  ended() {},
  sent() {},
  closed() {},
}

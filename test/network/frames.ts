/** Frames as clients send them, made by hand. */

export interface RequestFields {
  readonly apiKey: number
  readonly apiVersion?: number
  readonly correlationId: number
  readonly clientId?: string | null
  readonly body?: Uint8Array
}

/** A request with header version 1, its size first. */
export function requestFrame({ apiKey, apiVersion = 0, correlationId, clientId = 'me', body }: RequestFields): Buffer {
  const id = clientId === null ? undefined : Buffer.from(clientId)
  const header = Buffer.alloc(10)
  header.writeInt16BE(apiKey, 0)
  header.writeInt16BE(apiVersion, 2)
  header.writeInt32BE(correlationId, 4)
  header.writeInt16BE(id === undefined ? -1 : id.length, 8)
  return sized(Buffer.concat([header, id ?? Buffer.alloc(0), body ?? Buffer.alloc(0)]))
}

export function sized(frame: Uint8Array): Buffer {
  const size = Buffer.alloc(4)
  size.writeInt32BE(frame.length)
  return Buffer.concat([size, frame])
}

/** The correlation ids and bodies of whole responses with header version 0. */
export function responses(bytes: Buffer): { correlationId: number; body: Buffer }[] {
  const found = []
  for (let at = 0; at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readInt32BE(at)
    if (end > bytes.length) break
    found.push({ correlationId: bytes.readInt32BE(at + 4), body: bytes.subarray(at + 8, end) })
    at = end
  }
  return found
}

export const correlationIds = (bytes: Buffer): number[] => responses(bytes).map(({ correlationId }) => correlationId)

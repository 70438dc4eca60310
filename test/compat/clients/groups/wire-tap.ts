import { apiKeyInfo, responseHeaderVersion } from '../../../../src/protocol/api-keys.ts'
import { ConsumerGroupHeartbeat } from '../../../../src/protocol/apis/consumer-group-heartbeat.ts'
import { LeaveGroup } from '../../../../src/protocol/apis/leave-group.ts'
import { OffsetCommit } from '../../../../src/protocol/apis/offset-commit.ts'
import { OffsetFetch } from '../../../../src/protocol/apis/offset-fetch.ts'
import { SyncGroup } from '../../../../src/protocol/apis/sync-group.ts'
import { decodeRequestFrame, FRAME_SIZE_BYTES } from '../../../../src/protocol/frame.ts'
import { ResponseHeader } from '../../../../src/protocol/header.ts'
import type { RequestOf, ResponseOf } from '../../../../src/protocol/schema/api.ts'
import { Reader } from '../../../../src/protocol/schema/reader.ts'
import type { ConnectionTap } from '../proxy.ts'

/** Who hears what members and coordinator say to each other, in the order in which it passes. */
export interface GroupListener {
  synced(request: RequestOf<typeof SyncGroup>, response: ResponseOf<typeof SyncGroup>): void
  leaveSent(request: RequestOf<typeof LeaveGroup>): void
  heartbeatSent(request: RequestOf<typeof ConsumerGroupHeartbeat>): void
  heartbeatAnswered(
    request: RequestOf<typeof ConsumerGroupHeartbeat>,
    response: ResponseOf<typeof ConsumerGroupHeartbeat>,
  ): void
  /** These answer what is to hear of the response, if they care. */
  commitSent(request: RequestOf<typeof OffsetCommit>): ((response: ResponseOf<typeof OffsetCommit>) => void) | undefined
  fetchSent(request: RequestOf<typeof OffsetFetch>): ((response: ResponseOf<typeof OffsetFetch>) => void) | undefined
}

/** Listens to one connection. Frames of other APIs pass unread. */
export class WireTap implements ConnectionTap {
  readonly #listener: GroupListener
  readonly #requests = new FrameSplitter()
  readonly #responses = new FrameSplitter()
  readonly #awaited = new Map<number, (frame: Uint8Array) => void>()

  constructor(listener: GroupListener) {
    this.#listener = listener
  }

  toBroker(chunk: Uint8Array): void {
    for (const frame of this.#requests.take(chunk)) this.#request(frame)
  }

  toClient(chunk: Uint8Array): void {
    for (const frame of this.#responses.take(chunk)) {
      const correlationId = new Reader(frame).int32()
      const answered = this.#awaited.get(correlationId)
      this.#awaited.delete(correlationId)
      answered?.(frame)
    }
  }

  #request(frame: Uint8Array): void {
    const { api, apiVersion, correlationId, body } = decodeRequestFrame(frame)
    const bodyOf = (response: Uint8Array): Uint8Array => {
      const reader = new Reader(response)
      ResponseHeader.decodeFrom(reader, responseHeaderVersion(apiKeyInfo(api.key)!, apiVersion))
      return response.subarray(reader.position)
    }
    switch (api.key) {
      case SyncGroup.key: {
        const request = SyncGroup.request.decode(body, apiVersion)
        this.#awaited.set(correlationId, frame =>
          this.#listener.synced(request, SyncGroup.response.decode(bodyOf(frame), apiVersion)),
        )
        break
      }
      case LeaveGroup.key:
        this.#listener.leaveSent(LeaveGroup.request.decode(body, apiVersion))
        break
      case ConsumerGroupHeartbeat.key: {
        const request = ConsumerGroupHeartbeat.request.decode(body, apiVersion)
        this.#listener.heartbeatSent(request)
        this.#awaited.set(correlationId, frame =>
          this.#listener.heartbeatAnswered(request, ConsumerGroupHeartbeat.response.decode(bodyOf(frame), apiVersion)),
        )
        break
      }
      case OffsetCommit.key: {
        const answered = this.#listener.commitSent(OffsetCommit.request.decode(body, apiVersion))
        if (answered === undefined) break
        this.#awaited.set(correlationId, frame => answered(OffsetCommit.response.decode(bodyOf(frame), apiVersion)))
        break
      }
      case OffsetFetch.key: {
        const answered = this.#listener.fetchSent(OffsetFetch.request.decode(body, apiVersion))
        if (answered === undefined) break
        this.#awaited.set(correlationId, frame => answered(OffsetFetch.response.decode(bodyOf(frame), apiVersion)))
      }
    }
  }
}

/** Cuts what arrives in chunks into frames, without their sizes. */
class FrameSplitter {
  #pending: Buffer = Buffer.alloc(0)

  take(chunk: Uint8Array): Uint8Array[] {
    const frames: Uint8Array[] = []
    let bytes = this.#pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#pending, chunk])
    while (bytes.length >= FRAME_SIZE_BYTES) {
      const end = FRAME_SIZE_BYTES + bytes.readInt32BE(0)
      if (bytes.length < end) break
      frames.push(bytes.subarray(FRAME_SIZE_BYTES, end))
      bytes = bytes.subarray(end)
    }
    this.#pending = bytes
    return frames
  }
}

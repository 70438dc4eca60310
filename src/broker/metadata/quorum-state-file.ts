import type { ElectionState } from '../../controller/raft/raft.ts'
import { type Disk, DiskError } from '../../ports.ts'
import { type Uuid, ZERO_UUID } from '../../protocol/uuid.ts'

/** Kafka's `FileQuorumStateStore`: version 0 with static voters, version 1 where `kraft.version` is 1. */
export type QuorumStateVersion = 0 | 1

export interface QuorumState {
  readonly version: QuorumStateVersion
  readonly election: ElectionState
  /** Of the replica voted for; in version 1 only. */
  readonly votedDirectoryId?: Uuid
}

/** `quorum-state`: one line of JSON, replaced whole and durably before anything it says is acted upon. */
export class QuorumStateFile {
  readonly #disk: Disk
  readonly #path: string

  constructor(disk: Disk, path: string) {
    this.#disk = disk
    this.#path = path
  }

  /** Undefined where there is none yet. */
  async read(): Promise<QuorumState | undefined> {
    let bytes: Uint8Array
    try {
      bytes = await this.#disk.readFile(this.#path)
    } catch (error) {
      if (error instanceof DiskError && error.code === 'ENOENT') return undefined
      throw error
    }
    try {
      return parseQuorumState(new TextDecoder().decode(bytes))
    } catch (cause) {
      throw new Error(`Error while reading the quorum status from the file ${this.#path}`, { cause })
    }
  }

  async write(state: QuorumState, voterIds: readonly number[]): Promise<void> {
    await this.#disk.replaceFile(this.#path, new TextEncoder().encode(formatQuorumState(state, voterIds)))
  }
}

export function parseQuorumState(text: string): QuorumState {
  const json: unknown = JSON.parse(text)
  const version = field(json, 'data_version')
  if (version !== 0 && version !== 1) throw new Error(`unknown data_version ${version}`)
  return {
    version,
    election: {
      leaderId: field(json, 'leaderId'),
      leaderEpoch: field(json, 'leaderEpoch'),
      votedId: field(json, 'votedId'),
    },
  }
}

function field(json: unknown, name: string): number {
  const value: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, name) : undefined
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new Error(`${name} is missing`)
  return value
}

export function formatQuorumState(state: QuorumState, voterIds: readonly number[]): string {
  const { leaderId, leaderEpoch, votedId } = state.election
  if (state.version === 1) {
    const votedDirectoryId = votedId === -1 ? ZERO_UUID : (state.votedDirectoryId ?? ZERO_UUID)
    return JSON.stringify({ leaderId, leaderEpoch, votedId, votedDirectoryId, data_version: 1 })
  }
  const currentVoters = voterIds.map(voterId => ({ voterId }))
  return JSON.stringify({
    clusterId: '',
    leaderId,
    leaderEpoch,
    votedId,
    appliedOffset: 0,
    currentVoters,
    data_version: 0,
  })
}

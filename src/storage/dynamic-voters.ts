import { ipVersion } from '../config/ip-address.ts'
import { KRaftVersionRecord } from '../protocol/control/kraft-version-record.ts'
import { VotersRecord } from '../protocol/control/voters-record.ts'
import { ControlRecordType } from '../protocol/records/control-record.ts'
import { isUuid, type Uuid } from '../protocol/uuid.ts'
import type { QuorumControlRecord } from './snapshot-format.ts'
import { StorageError } from './storage-error.ts'

/** One of the first voters of a dynamic quorum (KIP-853). */
export interface DynamicVoter {
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly directoryId: Uuid
}

/** `id@host:port:directory`, separated by commas (Kafka's `DynamicVoters.parse`). Throws a `StorageError`. */
export function parseDynamicVoters(text: string): DynamicVoter[] {
  const voters = new Map<number, DynamicVoter>()
  for (const entry of text.trim().split(',')) {
    if (entry === '') continue
    const voter = parseDynamicVoter(entry.trim())
    if (voters.has(voter.nodeId)) throw new StorageError(`Node id ${voter.nodeId} was specified more than once.`)
    voters.set(voter.nodeId, voter)
  }
  if (voters.size === 0) throw new StorageError('No voters given.')
  return [...voters.values()].sort((one, other) => one.nodeId - other.nodeId)
}

function parseDynamicVoter(text: string): DynamicVoter {
  const of = 'in dynamic voter string.'
  const at = text.indexOf('@')
  if (at < 0) throw new StorageError('No @ found in dynamic voter string.')
  if (at === 0) throw new StorageError('Invalid @ at beginning of dynamic voter string.')
  const nodeId = int32(text.slice(0, at), `Failed to parse node id ${of}`)
  if (nodeId < 0) throw new StorageError(`Invalid negative node id ${nodeId} ${of}`)
  const { host, rest } = hostOf(text.slice(at + 1))
  if (!rest.startsWith(':')) throw new StorageError('Port section must start with a colon.')
  const colon = rest.indexOf(':', 1)
  if (colon < 0) throw new StorageError('No colon following port could be found.')
  const port = int32(rest.slice(1, colon), `Failed to parse port ${of}`)
  if (port < 0 || port > 65_535) throw new StorageError(`Invalid port ${port} ${of}`)
  const directoryId = rest.slice(colon + 1)
  if (!isUuid(directoryId)) throw new StorageError(`Failed to parse directory ID ${of}`)
  return { nodeId, host, port, directoryId }
}

function hostOf(text: string): { host: string; rest: string } {
  if (text === '') throw new StorageError('No hostname found after node id.')
  if (text.startsWith('[')) {
    const end = text.indexOf(']')
    if (end < 0) throw new StorageError('Hostname began with left bracket, but no right bracket was found.')
    return { host: text.slice(1, end), rest: text.slice(end + 1) }
  }
  const colon = text.indexOf(':')
  if (colon < 0) throw new StorageError('No colon following hostname could be found.')
  return { host: text.slice(0, colon), rest: text.slice(colon) }
}

function int32(text: string, refusal: string): number {
  const value = Number(text)
  if (!/^[+-]?\d+$/.test(text) || value > 0x7fff_ffff || value < -0x8000_0000) throw new StorageError(refusal)
  return value
}

/** What the first snapshot of a dynamic quorum says after its header: `kraft.version` 1, and who votes. */
export function quorumRecords(
  voters: readonly DynamicVoter[],
  controllerListenerName: string,
): readonly QuorumControlRecord[] {
  const version = KRaftVersionRecord.encodeContiguous({ version: 0, kRaftVersion: 1 }, 0)
  const record = VotersRecord.encodeContiguous(
    {
      version: 0,
      voters: inHashMapOrder(voters).map(({ nodeId, host, port, directoryId }) => ({
        voterId: nodeId,
        voterDirectoryId: directoryId,
        endpoints: [{ name: controllerListenerName, host: javaHost(host), port }],
        kRaftVersionFeature: { minSupportedVersion: 0, maxSupportedVersion: 1 },
      })),
    },
    0,
  )
  return [
    { type: ControlRecordType.KRAFT_VERSION, value: version },
    { type: ControlRecordType.KRAFT_VOTERS, value: record },
  ]
}

/** As `InetSocketAddress.getHostString` shows it: an IPv6 address with all of its groups. */
function javaHost(host: string): string {
  if (ipVersion(host) !== 6) return host
  const [address = '', zone] = host.split('%')
  const groups = (half: string) => half.split(':').flatMap(group => (group === '' ? [] : hexGroups(group)))
  const [head = '', tail] = address.split('::')
  const [first, last] = [groups(head), groups(tail ?? '')]
  const all = [...first, ...new Array<string>(8 - first.length - last.length).fill('0'), ...last]
  return all.join(':') + (zone === undefined ? '' : `%${zone}`)
}

/** An IPv4 address stands for two. */
function hexGroups(group: string): string[] {
  if (!group.includes('.')) return [Number.parseInt(group, 16).toString(16)]
  const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number)
  return [(a * 256 + b).toString(16), (c * 256 + d).toString(16)]
}

/** Kafka's come as a `HashMap<Integer, …>` copied from another yields them. */
function inHashMapOrder(voters: readonly DynamicVoter[]): DynamicVoter[] {
  let capacity = 1
  while (capacity < Math.trunc(voters.length / 0.75 + 1)) capacity *= 2
  const bucket = ({ nodeId }: DynamicVoter) => (nodeId ^ (nodeId >>> 16)) & (capacity - 1)
  return [...voters].sort((one, other) => bucket(one) - bucket(other))
}

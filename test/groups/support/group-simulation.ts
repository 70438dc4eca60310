import assert from 'node:assert/strict'
import type { JoinGroupResponse, SyncGroupResponse } from '../../../src/groups/classic/answers.ts'
import type { GroupCoordinatorShard } from '../../../src/groups/group-coordinator-shard.ts'
import type { Random } from '../../../src/ports.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { GroupHarness, type Parked, seededRandom, subscription, textOf } from './group-harness.ts'

/**
 * Clients that join, sync, heartbeat, commit, leave, crash, come back and lose answers, on simulated time, against a
 * shard whose commits are late, whose log refuses now and then, and which is lost and loaded again. Then the faults
 * end, and the clients that are left must find together.
 */
const partitions = 12
const heartbeatMs = 3000
const requestTimeoutMs = 20_000

type Choice = (count: number) => number

class Client {
  readonly name: string
  readonly groupInstanceId: string | null
  memberId = ''
  generationId = -1
  /** Of the group, when it joined. */
  incarnation = 0
  phase: 'joining' | 'syncing' | 'member' | 'gone' = 'joining'
  assigned: readonly number[] = []
  nextHeartbeatMs = 0
  joining: Parked<JoinGroupResponse> | undefined
  syncing: Parked<SyncGroupResponse> | undefined
  sentMs = 0

  constructor(name: string, groupInstanceId: string | null) {
    this.name = name
    this.groupInstanceId = groupInstanceId
  }

  forget(): void {
    this.joining = undefined
    this.syncing = undefined
    this.phase = 'joining'
    this.generationId = -1
    this.assigned = []
  }
}

class World {
  readonly harness: GroupHarness
  readonly choose: Choice
  readonly clients: Client[] = []
  /** Who was assigned a partition in a generation. */
  readonly owners = new Map<string, string>()
  /** What was acknowledged last, by partition. */
  readonly committed = new Map<number, bigint>()
  /** Sent and not known to have arrived: may or may not be there. */
  readonly inDoubt = new Map<number, Set<bigint>>()
  nextOffset = 1n
  #names = 0

  constructor(seed: number) {
    const random: Random = seededRandom(seed)
    this.choose = count => random.uint32() % count
    this.harness = new GroupHarness({ initialRebalanceDelayMs: 1000, offsetsRetentionCheckIntervalMs: 60_000 }, seed)
  }

  addClient(): void {
    const name = `c${this.#names++}`
    this.clients.push(new Client(name, this.choose(3) === 0 ? `i-${name}` : null))
  }

  /** One turn of every client, then some time. */
  turn(loses: boolean): void {
    for (const client of this.clients) this.#act(client, loses)
    this.harness.advance(200 + this.choose(600))
    if (!this.harness.holdCommits || this.choose(2) === 0) this.harness.commit()
  }

  #act(client: Client, loses: boolean): void {
    const { harness } = this
    const isLost = loses && this.choose(25) === 0
    if (client.joining !== undefined) {
      if (isLost || harness.nowMs - client.sentMs > requestTimeoutMs * 4) client.forget()
      else if (client.joining.isAnswered) this.#joined(client, client.joining.response)
    } else if (client.syncing !== undefined) {
      if (isLost || harness.nowMs - client.sentMs > requestTimeoutMs * 4) client.forget()
      else if (client.syncing.isAnswered) this.#synced(client, client.syncing.response)
    } else if (client.phase === 'joining') this.#join(client)
    else if (client.phase === 'member') this.#work(client)
  }

  #join(client: Client): void {
    const { memberId, groupInstanceId } = client
    const protocols = { range: subscription('t'), sticky: subscription('t', client.name) }
    client.joining = this.harness.join('g', { memberId, groupInstanceId, protocols, clientId: client.name })
    client.sentMs = this.harness.nowMs
  }

  #joined(client: Client, response: JoinGroupResponse): void {
    client.joining = undefined
    switch (response.errorCode) {
      case ErrorCode.NONE: {
        client.memberId = response.memberId
        client.generationId = response.generationId ?? -1
        client.phase = 'syncing'
        client.incarnation = this.#incarnation
        const isLeader = response.leader === response.memberId && response.skipAssignment !== true
        const assignments = isLeader ? assign(response.members.map(member => member.memberId)) : {}
        const { memberId, generationId, groupInstanceId } = client
        client.syncing = this.harness.sync('g', memberId, generationId, assignments, { groupInstanceId })
        client.sentMs = this.harness.nowMs
        break
      }
      case ErrorCode.MEMBER_ID_REQUIRED:
        client.memberId = response.memberId
        break
      case ErrorCode.UNKNOWN_MEMBER_ID:
        client.memberId = ''
        break
      case ErrorCode.FENCED_INSTANCE_ID:
        // It gave up waiting, asked again, and this is the answer to the first time: another incarnation of itself.
        client.memberId = ''
        break
      default:
        assertRetriable(response.errorCode)
    }
  }

  #synced(client: Client, response: SyncGroupResponse): void {
    client.syncing = undefined
    if (response.errorCode !== ErrorCode.NONE) {
      this.#rejoin(client, response.errorCode)
      return
    }
    client.phase = 'member'
    client.nextHeartbeatMs = this.harness.nowMs + heartbeatMs
    const text = textOf(response.assignment)
    client.assigned = text === '' ? [] : text.split(',').map(Number)
    for (const partition of client.assigned) {
      const key = `${client.incarnation}/${client.generationId}/${partition}`
      const owner = this.owners.get(key)
      const self = client.groupInstanceId ?? client.memberId
      assert.ok(owner === undefined || owner === self, `generation/partition ${key} has two owners`)
      this.owners.set(key, self)
    }
  }

  /** A group that expired and is made again counts its generations from the beginning. */
  get #incarnation(): number {
    return this.harness.records.filter(record => record?.kind === 'group-metadata' && record.value === null).length
  }

  #work(client: Client): void {
    const { harness } = this
    const { memberId, generationId, groupInstanceId } = client
    if (client.assigned.length > 0 && this.choose(4) === 0) this.#commit(client)
    if (harness.nowMs < client.nextHeartbeatMs) return
    client.nextHeartbeatMs = harness.nowMs + heartbeatMs
    const errorCode = harness.heartbeat('g', memberId, generationId, groupInstanceId)
    if (errorCode !== ErrorCode.NONE) this.#rejoin(client, errorCode)
  }

  #commit(client: Client): void {
    const partition = client.assigned[this.choose(client.assigned.length)]!
    const offset = this.nextOffset++
    const { memberId, generationId, groupInstanceId } = client
    const options = { memberId, generationId, groupInstanceId }
    const before = this.harness.log.length
    const [errorCode] = this.harness.commitOffsets('g', { [`t:${partition}`]: offset }, options)
    assert.equal(errorCode === ErrorCode.NONE, this.harness.log.length > before)
    if (errorCode === ErrorCode.NONE) this.committed.set(partition, offset)
    else if (errorCode === ErrorCode.ILLEGAL_GENERATION || errorCode === ErrorCode.UNKNOWN_MEMBER_ID) {
      this.#rejoin(client, errorCode)
    }
  }

  #rejoin(client: Client, errorCode: number): void {
    client.phase = 'joining'
    client.assigned = []
    if (errorCode === ErrorCode.UNKNOWN_MEMBER_ID || errorCode === ErrorCode.FENCED_INSTANCE_ID) client.memberId = ''
    else if (errorCode !== ErrorCode.ILLEGAL_GENERATION) assertRetriable(errorCode)
  }

  disturb(): void {
    const { harness, clients, choose } = this
    const client = clients[choose(clients.length)]
    switch (choose(9)) {
      case 0:
        if (clients.length < 8) this.addClient()
        break
      case 1:
        if (client !== undefined && clients.length > 1 && client.memberId !== '') {
          harness.leave('g', { memberId: client.memberId, groupInstanceId: client.groupInstanceId })
          clients.splice(clients.indexOf(client), 1)
        }
        break
      case 2: // Killed: nobody hears of it.
        if (client !== undefined && clients.length > 1) clients.splice(clients.indexOf(client), 1)
        break
      case 3: // Restarted: it knows its instance id alone.
        client?.forget()
        if (client !== undefined) client.memberId = ''
        break
      case 4:
        harness.restart()
        break
      case 5:
        harness.appendErrorCode = ErrorCode.NOT_ENOUGH_REPLICAS
        break
      case 6:
        harness.appendErrorCode = 0
        break
      case 7:
        harness.holdCommits = !harness.holdCommits
        break
      default:
        harness.advance(choose(15_000)) // Everybody is slow.
    }
  }

  checkOffsets(shard: GroupCoordinatorShard = this.harness.shard): void {
    for (const [partition, offset] of this.committed) {
      assert.equal(shard.offsets.committed.get('g', 't', partition)?.offset, offset, `partition ${partition}`)
    }
  }

  /** Replaying the log yields what is recorded of the live shard. */
  checkReplay(): void {
    const replayed = this.harness.replayed()
    this.checkOffsets(replayed)
    const live = this.harness.shard.groups.classic('g')
    const again = replayed.groups.classic('g')
    assert.equal(again === undefined, live === undefined)
    if (live === undefined || again === undefined || live.state !== 'Stable') return
    assert.equal(again.state, 'Stable')
    assert.equal(again.generationId, live.generationId)
    assert.equal(again.protocolName, live.protocolName)
    assert.equal(again.leaderId, live.leaderId)
    const membersOf = (group: typeof live) =>
      [...group.members.values()].map(m => [m.memberId, m.groupInstanceId, textOf(m.assignment)]).sort()
    assert.deepEqual(membersOf(again), membersOf(live))
  }

  /** The faults are over. */
  heal(): void {
    this.harness.appendErrorCode = 0
    this.harness.holdCommits = false
    this.harness.commit()
  }

  isSettled(): boolean {
    const group = this.harness.shard.groups.classic('g')
    if (group?.state !== 'Stable' || group.members.size !== this.clients.length) return false
    const isMember = (client: Client): boolean =>
      client.phase === 'member' && client.generationId === group.generationId && group.members.has(client.memberId)
    return this.clients.every(isMember)
  }
}

function assign(memberIds: readonly string[]): Record<string, string> {
  const assignments: Record<string, number[]> = Object.fromEntries(memberIds.map(id => [id, []]))
  for (let partition = 0; partition < partitions; partition++) {
    assignments[memberIds[partition % memberIds.length]!]!.push(partition)
  }
  return Object.fromEntries(Object.entries(assignments).map(([id, list]) => [id, list.join(',')]))
}

const retriable = new Set<number>([
  ErrorCode.REBALANCE_IN_PROGRESS,
  ErrorCode.NOT_COORDINATOR,
  ErrorCode.COORDINATOR_NOT_AVAILABLE,
  ErrorCode.ILLEGAL_GENERATION,
])

function assertRetriable(errorCode: number): void {
  assert.ok(retriable.has(errorCode), `a client is answered ${errorCode}`)
}

/** Plays one seed; throws where an invariant does not hold. */
export function simulateGroup(seed: number): void {
  const world = new World(seed)
  for (let count = 0; count < 3; count++) world.addClient()
  for (let turn = 0; turn < 150; turn++) {
    world.turn(true)
    if (world.choose(6) === 0) world.disturb()
    world.checkOffsets()
    if (turn % 10 === 0) world.checkReplay()
  }
  world.heal()
  let turns = 0
  while (!world.isSettled()) {
    world.turn(false)
    assert.ok(turns++ < 1000, `seed ${seed}: the group is stuck ${describe(world)}`)
  }
  world.checkReplay()
  const owned = world.clients.flatMap(client => client.assigned).sort((a, b) => a - b)
  assert.deepEqual(
    owned,
    Array.from({ length: partitions }, (_, partition) => partition),
    `seed ${seed}`,
  )
}

function describe(world: World): string {
  const group = world.harness.shard.groups.classic('g')
  const clients = world.clients.map(c => `${c.name}:${c.phase}:${c.memberId}:${c.generationId}`).join(' ')
  return `${group?.state} ${group?.generationId} [${[...(group?.members.keys() ?? [])].join(' ')}] ${clients}`
}

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrokerConnection } from '../../../../src/client/broker-connection.ts'
import { throwIfError } from '../../../../src/client/client-error.ts'
import { askCoordinator } from '../../../../src/client/groups.ts'
import { JoinGroup } from '../../../../src/protocol/apis/join-group.ts'
import { OffsetCommit } from '../../../../src/protocol/apis/offset-commit.ts'
import { SyncGroup } from '../../../../src/protocol/apis/sync-group.ts'
import type { TestBroker } from '../../../support/test-broker.ts'
import { produceValues } from '../produce-values.ts'
import type { ToolSession } from '../session.ts'
import { withClient } from '../with-client.ts'

const describe = (...args: string[]) => ({ args: ['--describe', ...args] })
const reset = (...args: string[]) => ({ args: ['--reset-offsets', ...args], isUnordered: true as const })

/** Groups without members, one with a static member that owns two partitions, and one of another protocol. */
async function someGroups(broker: TestBroker, directory: string): Promise<void> {
  await broker.createTopic('orders', { partitions: 3 })
  await broker.createTopic('empty')
  await produceValues(broker, 'orders', 0, ['a', 'b', 'c'])
  await produceValues(broker, 'orders', 1, ['d'])
  await commit(broker, 'billing', 'orders', { 0: 1n, 1: 1n })
  await commit(broker, 'shipping', 'orders', { 0: 3n, 2: 0n })
  await commit(broker, 'old', 'empty', { 0: 0n })
  await commit(broker, 'old', 'orders', { 0: 2n })
  await joinGroup(broker, 'active', 'consumer')
  await commit(broker, 'standing', 'orders', { 0: 1n })
  await joinGroup(broker, 'connect-cluster', 'connect')
  await writeFile(join(directory, 'plan.csv'), 'orders,0,2\norders,1,0\n')
  await writeFile(join(directory, 'plans.csv'), 'billing,orders,0,2\nshipping,orders,1,1\n')
  await writeFile(join(directory, 'beyond.csv'), 'orders,0,200\n')
}

async function commit(broker: TestBroker, groupId: string, topic: string, offsets: Readonly<Record<number, bigint>>) {
  const request = {
    groupId,
    memberId: '',
    topics: [
      {
        name: topic,
        partitions: Object.entries(offsets).map(([partition, committedOffset]) => ({
          partitionIndex: Number(partition),
          committedOffset,
          committedLeaderEpoch: 0,
          committedMetadata: '',
        })),
      },
    ],
  }
  await withCoordinator(broker, groupId, async coordinator => {
    const { topics } = await coordinator.send(OffsetCommit, request, 8)
    for (const { partitions } of topics) for (const { errorCode } of partitions) throwIfError(errorCode)
  })
}

/** Waits for the group's coordinator, whose topic the first request makes. */
async function withCoordinator(
  broker: TestBroker,
  groupId: string,
  ask: (coordinator: BrokerConnection) => Promise<void>,
): Promise<void> {
  await withClient(broker, client => askCoordinator(client, groupId, ask))
}

async function joinGroup(broker: TestBroker, groupId: string, protocolType: string): Promise<void> {
  await withCoordinator(broker, groupId, async client => {
    const joined = await client.send(JoinGroup, {
      groupId,
      sessionTimeoutMs: 300_000,
      rebalanceTimeoutMs: 300_000,
      memberId: '',
      groupInstanceId: 'one',
      protocolType,
      protocols: [{ name: 'range', metadata: Buffer.from('00000000000100066f7264657273ffffffff', 'hex') }],
      reason: null,
    })
    throwIfError(joined.errorCode)
    const synced = await client.send(SyncGroup, {
      groupId,
      generationId: joined.generationId,
      memberId: joined.memberId,
      groupInstanceId: 'one',
      protocolType,
      protocolName: 'range',
      assignments: [
        {
          memberId: joined.memberId,
          assignment: Buffer.from('00000000000100066f7264657273000000020000000000000001ffffffff', 'hex'),
        },
      ],
    })
    throwIfError(synced.errorCode)
  })
}

export const consumerGroups: ToolSession = {
  mainClass: 'consumer.group.ConsumerGroupCommand',
  kafkaName: 'kafka-consumer-groups',
  prepare: someGroups,
  invocations: [
    { args: [], isBare: true, isHelp: true },
    { args: ['-h'], isBare: true },
    { args: ['--help'], isBare: true, isHelp: true },
    { args: ['--version'], isBare: true },
    { args: ['--list'], isBare: true },
    { args: ['--nothing'] },
    { args: [] },
    { args: ['--validate-regex', 'ord.*'], isBare: true },
    { args: ['--validate-regex', '(ord'], isBare: true },
    { args: ['--list'], isUnordered: true },
    { args: ['--list', '--state'], isUnordered: true },
    { args: ['--list', '--type'], isUnordered: true },
    { args: ['--list', '--state', '--type'], isUnordered: true },
    { args: ['--list', '--state', 'stable'], isUnordered: true },
    { args: ['--list', '--state', 'Empty,Stable'], isUnordered: true },
    { args: ['--list', '--state', 'nonsense'] },
    { args: ['--list', '--type', 'consumer'] },
    { args: ['--list', '--type', 'classic'], isUnordered: true },
    { args: ['--list', '--type', 'nonsense'] },
    { args: ['--list', '--describe', '--group', 'billing'] },
    { args: ['--list', '--members'] },
    { args: ['--list', '--group', 'billing'] },
    describe(),
    describe('--group', 'billing'),
    describe('--group', 'billing', '--verbose'),
    describe('--group', 'billing', '--offsets'),
    describe('--group', 'billing', '--state'),
    describe('--group', 'billing', '--state', '--verbose'),
    describe('--group', 'billing', '--members'),
    describe('--group', 'billing', '--members', '--offsets'),
    describe('--group', 'billing', '--state', 'stable'),
    describe('--group', 'active'),
    describe('--group', 'active', '--verbose'),
    describe('--group', 'active', '--members'),
    describe('--group', 'active', '--members', '--verbose'),
    describe('--group', 'active', '--state'),
    describe('--group', 'nobody'),
    describe('--group', 'connect-cluster'),
    describe('--group', 'billing', '--group', 'shipping'),
    describe('--all-groups'),
    describe('--all-groups', '--group', 'billing'),
    describe('--group', 'billing', '--topic', 'orders'),
    reset('--group', 'billing', '--topic', 'orders', '--to-earliest', '--dry-run'),
    reset('--group', 'billing', '--topic', 'orders', '--to-earliest'),
    reset('--group', 'billing', '--all-topics', '--to-latest', '--dry-run'),
    reset('--group', 'billing', '--topic', 'orders:0', '--to-offset', '2', '--execute'),
    describe('--group', 'billing'),
    reset('--group', 'billing', '--topic', 'orders:0,1', '--to-offset', '99', '--execute'),
    describe('--group', 'billing'),
    reset('--group', 'billing', '--topic', 'orders:0', '--shift-by', '-2', '--execute'),
    reset('--group', 'billing', '--topic', 'orders:2', '--shift-by', '1', '--dry-run'),
    reset('--group', 'billing', '--topic', 'orders', '--to-current', '--dry-run'),
    reset('--group', 'billing', '--topic', 'orders:0', '--to-datetime', '2023-01-01T00:00:00.000', '--dry-run'),
    reset('--group', 'billing', '--topic', 'orders', '--to-datetime', '2033-01-01T00:00:00.000', '--dry-run'),
    reset('--group', 'billing', '--topic', 'orders:0', '--to-datetime', '2023-01-01T00:00:00.000+02:00', '--dry-run'),
    reset('--group', 'billing', '--topic', 'orders:0', '--to-datetime', 'yesterday', '--dry-run'),
    reset('--group', 'billing', '--topic', 'orders:0', '--by-duration', 'P10000D', '--dry-run'),
    reset('--group', 'billing', '--topic', 'orders:0', '--by-duration', 'PT1H', '--dry-run'),
    reset('--group', 'billing', '--from-file', 'DIRECTORY/plan.csv', '--dry-run'),
    reset('--group', 'billing', '--from-file', 'DIRECTORY/beyond.csv', '--dry-run'),
    reset('--group', 'billing', '--group', 'shipping', '--from-file', 'DIRECTORY/plans.csv', '--execute'),
    reset('--group', 'billing', '--topic', 'orders', '--to-earliest', '--export', '--dry-run'),
    reset('--all-groups', '--topic', 'orders', '--to-earliest', '--dry-run'),
    reset('--group', 'active', '--topic', 'orders', '--to-earliest', '--dry-run'),
    reset('--group', 'new', '--topic', 'orders', '--to-earliest', '--execute'),
    describe('--group', 'new'),
    reset('--group', 'billing', '--topic', 'orders', '--dry-run'),
    reset('--group', 'billing', '--to-earliest', '--dry-run'),
    reset('--group', 'billing', '--topic', 'orders:7', '--to-earliest', '--dry-run'),
    reset('--group', 'billing', '--topic', 'orders:x', '--to-earliest', '--dry-run'),
    reset('--group', 'billing', '--topic', 'orders', '--to-earliest', '--execute', '--dry-run'),
    reset('--topic', 'orders', '--to-earliest', '--dry-run'),
    { args: ['--delete-offsets', '--group', 'old', '--topic', 'empty'] },
    { args: ['--delete-offsets', '--group', 'old', '--topic', 'orders:0'] },
    { args: ['--delete-offsets', '--group', 'active', '--topic', 'orders'] },
    { args: ['--delete-offsets', '--group', 'nobody', '--topic', 'orders:0'] },
    { args: ['--delete-offsets', '--group', 'old'] },
    { args: ['--delete', '--group', 'billing'] },
    { args: ['--delete', '--group', 'active'] },
    { args: ['--delete', '--group', 'nobody'] },
    { args: ['--delete', '--group', 'nobody', '--group', 'shipping'] },
    { args: ['--delete', '--group', 'new', '--topic', 'orders'] },
    { args: ['--delete'] },
    { args: ['--list'], isUnordered: true },
  ],
}

export const groups: ToolSession = {
  mainClass: 'GroupsCommand',
  kafkaName: 'kafka-groups',
  prepare: someGroups,
  invocations: [
    { args: [], isBare: true, isHelp: true },
    { args: ['-h'], isBare: true },
    { args: ['--help'], isBare: true, isHelp: true },
    { args: ['--version'], isBare: true },
    { args: ['--list'], isBare: true },
    { args: ['--nothing'] },
    { args: [] },
    { args: ['--list'], isUnordered: true },
    { args: ['--list', '--consumer'], isUnordered: true },
    { args: ['--list', '--share'] },
    { args: ['--list', '--streams'] },
    { args: ['--list', '--protocol', 'connect'] },
    { args: ['--list', '--group-type', 'classic'], isUnordered: true },
    { args: ['--list', '--group-type', 'classic', '--protocol', 'consumer'], isUnordered: true },
    { args: ['--list', '--group-type', 'nonsense'] },
    { args: ['--list', '--consumer', '--share'] },
  ],
}

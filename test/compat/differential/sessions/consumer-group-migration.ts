import type { JsonObject } from '../../../support/reference-codec.ts'
import { type Exchange, type Script, type Step, script } from '../session.ts'
import { joinedGroup, subscription, topic } from '../steps.ts'
import {
  assigningAtOnce,
  beat,
  classicHeartbeat,
  classicJoin,
  classicSync,
  describedConsumerGroup,
  enter,
  owningNothing,
  quietly,
} from '../steps-consumer-group.ts'

/** The topics of these sessions have names of their own: what stands in bytes is not filled in. */
const protocolsFor = (...topics: readonly string[]) => [{ name: 'range', metadata: subscription(topics) }]

/** ConsumerProtocolAssignment v0 with partitions of one topic. */
function assignment(topicName: string, partitions: readonly number[], userData = ''): string {
  const hex = (value: number, bytes: number) => value.toString(16).padStart(bytes * 2, '0')
  const name = hex(topicName.length, 2) + Buffer.from(topicName).toString('hex')
  const indexes = hex(partitions.length, 4) + partitions.map(partition => hex(partition, 4)).join('')
  const data = userData === '' ? 'ffffffff' : hex(userData.length, 4) + Buffer.from(userData).toString('hex')
  return `0000${hex(1, 4)}${name}${indexes}${data}`
}

const described: Exchange = { send: 'DescribeGroups', version: 6, body: { groups: ['{name}'] } }
const describedAsConsumer: Exchange = { ...describedConsumerGroup, version: 1 }
const leave = (...members: readonly JsonObject[]): Exchange => ({
  send: 'LeaveGroup',
  version: 5,
  body: { groupId: '{name}', members },
})

/** The classic member `{one}` in generation 1 with partitions 0 and 1 of the topic. */
function classicGroup(topicName: string, assigned = assignment(topicName, [0, 1])): readonly Step[] {
  const protocols = protocolsFor(topicName)
  return [
    ...topic(2, {}, topicName),
    ...assigningAtOnce(),
    { ...classicJoin('', { protocols }), version: 9, quiet: true, keep: { one: 'memberId' } },
    { ...classicJoin('{one}', { protocols }), version: 9, quiet: true },
    {
      ...classicSync('{one}', 1, { assignments: [{ memberId: '{one}', assignment: assigned }] }),
      version: 5,
      quiet: true,
    },
  ]
}

/** Commits of a member, one for each partition, in a version that either protocol may speak. */
function committed(
  topicName: string,
  memberId: string,
  generationIdOrMemberEpoch: number,
  partitions: readonly number[],
): readonly Exchange[] {
  return partitions.map(partitionIndex => ({
    send: 'OffsetCommit',
    version: 9,
    body: {
      groupId: '{name}',
      memberId,
      generationIdOrMemberEpoch,
      topics: [{ name: topicName, partitions: [{ partitionIndex, committedOffset: 1, committedMetadata: '' }] }],
    },
  }))
}

/** A consumer group with `a`, in epoch 2 with both partitions of the topic. */
function consumerGroup(topicName: string): readonly Step[] {
  return [...topic(2, {}, topicName), ...assigningAtOnce(), quietly(enter('a', { subscribedTopicNames: [topicName] }))]
}

const joins = script(
  'JoinGroup',
  [
    {
      name: 'to a consumer group: a member of the classic protocol comes, works and leaves',
      versions: 'all',
      steps: [
        ...topic(2),
        ...assigningAtOnce(),
        quietly(enter('a')),
        classicJoin(''),
        classicJoin('', { protocols: [] }),
        classicJoin('', { protocolType: 'connect' }),
        classicJoin('', { protocols: [{ name: 'range', metadata: '0000' }] }),
        describedAsConsumer,
      ],
    },
    {
      name: 'to a consumer group, with a member id',
      versions: [4, 9],
      steps: [
        ...topic(2),
        ...assigningAtOnce(),
        quietly(enter('a')),
        classicJoin('b'),
        describedAsConsumer,
        { ...classicSync('b', 3), version: 5 },
        { ...classicHeartbeat('b', 3), version: 4 },
        classicJoin('b'),
        leave({ memberId: 'b' }),
        describedAsConsumer,
      ],
    },
    {
      name: 'to a consumer group that is empty',
      versions: 'all',
      steps: [
        ...topic(2),
        ...assigningAtOnce(),
        quietly(enter('a')),
        quietly(beat('a', -1)),
        describedAsConsumer,
        { ...classicJoin(''), keep: { one: 'memberId' } },
        // Kafka answers before the new group is committed.
        { ...described, until: { 'groups.0.errorCode': 0 } },
        describedAsConsumer,
      ],
    },
  ],
  'ConsumerGroupJoins',
)

const migrations = script(
  'ConsumerGroupHeartbeat',
  [
    {
      name: 'a classic group becomes a consumer group and goes on',
      steps: [
        ...classicGroup('migrated-up'),
        described,
        enter('b', { subscribedTopicNames: ['migrated-up'] }),
        described,
        describedAsConsumer,
        { ...classicHeartbeat('{one}', 1) },
        { ...classicHeartbeat('{one}', 2) },
        { ...classicSync('{one}', 1) },
        classicJoin('{one}', { protocols: protocolsFor('migrated-up') }),
        describedAsConsumer,
        classicSync('{one}', 1),
        classicJoin('{one}', { protocols: protocolsFor('migrated-up') }),
        classicSync('{one}', 1, { protocolType: 'connect' }),
        classicSync('{one}', 1, { protocolName: 'other' }),
        classicSync('{one}', 2),
        classicSync('{one}', 2, { protocolName: null, protocolType: null }),
        classicHeartbeat('{one}', 2),
        beat('b', 2),
        describedAsConsumer,
        classicSync('b', 2),
        classicHeartbeat('b', 2),
        classicHeartbeat('nobody', 2),
        leave({ memberId: 'nobody' }, { memberId: '' }),
        beat('{one}', 2),
        leave({ memberId: '{one}' }),
        describedAsConsumer,
        beat('b', 2),
        describedAsConsumer,
      ],
    },
    {
      name: 'a consumer group whose last member of the consumer protocol leaves becomes a classic group',
      steps: [
        ...consumerGroup('migrated-down'),
        { ...classicJoin('', { protocols: protocolsFor('migrated-down') }), keep: { one: 'memberId' } },
        classicJoin('{one}', { protocols: protocolsFor('migrated-down') }),
        classicSync('{one}', 3),
        describedAsConsumer,
        beat('a', -1),
        describedAsConsumer,
        described,
        beat('a', 2),
        classicHeartbeat('{one}', 3),
        classicJoin('{one}', { protocols: protocolsFor('migrated-down') }),
        described,
        classicSync('{one}', 4, {
          assignments: [{ memberId: '{one}', assignment: assignment('migrated-down', [0, 1]) }],
        }),
        described,
      ],
    },
    {
      name: 'members of both protocols leave together',
      steps: [
        ...consumerGroup('migrated-both'),
        classicJoin('c', { protocols: protocolsFor('migrated-both') }),
        classicJoin('d', { protocols: protocolsFor('migrated-both') }),
        describedAsConsumer,
        leave({ memberId: 'c' }, { memberId: 'c' }, { memberId: 'x' }),
        describedAsConsumer,
        leave({ memberId: 'a' }),
        described,
        leave({ memberId: 'd' }),
        described,
        enter('a', { subscribedTopicNames: ['migrated-both'] }),
        described,
        describedAsConsumer,
      ],
    },
    {
      name: 'a static member comes back with the classic protocol',
      steps: [
        ...topic(2, {}, 'migrated-static'),
        ...assigningAtOnce(),
        enter('a', { instanceId: 'i', subscribedTopicNames: ['migrated-static'] }),
        classicJoin('b', { groupInstanceId: 'i', protocols: protocolsFor('migrated-static') }),
        {
          ...classicJoin('', { groupInstanceId: 'i', protocols: protocolsFor('migrated-static') }),
          keep: { one: 'memberId' },
        },
        described,
        describedAsConsumer,
        classicSync('{one}', 2, { groupInstanceId: 'i' }),
        classicSync('{one}', 2, { groupInstanceId: 'j' }),
        classicHeartbeat('{one}', 2, { groupInstanceId: 'i' }),
        beat('a', 2, { instanceId: 'i' }),
      ],
    },
    {
      name: 'a static member of the classic protocol comes back with the consumer protocol',
      steps: [
        ...topic(2, {}, 'migrated-back'),
        ...assigningAtOnce(),
        {
          ...classicJoin('', { groupInstanceId: 'i', protocols: protocolsFor('migrated-back') }),
          keep: { one: 'memberId' },
        },
        classicSync('{one}', 1, {
          groupInstanceId: 'i',
          assignments: [{ memberId: '{one}', assignment: assignment('migrated-back', [0, 1]) }],
        }),
        enter('a', { instanceId: 'i', subscribedTopicNames: ['migrated-back'] }),
        describedAsConsumer,
        classicHeartbeat('{one}', 1, { groupInstanceId: 'i' }),
        classicHeartbeat('{one}', 1),
        leave({ memberId: '{one}', groupInstanceId: 'i' }, { memberId: '', groupInstanceId: 'j' }),
        leave({ memberId: '', groupInstanceId: 'i' }),
        describedAsConsumer,
      ],
    },
    {
      name: 'a classic group whose assignment has data of its own, or none that can be read',
      steps: [
        ...classicGroup('migrated-custom', assignment('migrated-custom', [0], 'mine')),
        enter('b', { subscribedTopicNames: ['migrated-custom'] }),
        described,
      ],
    },
    {
      name: 'members of the classic protocol wait for each other in a consumer group',
      steps: [
        ...topic(4, {}, 'migrated-wait'),
        ...assigningAtOnce(),
        enter('a', { subscribedTopicNames: ['migrated-wait'] }),
        classicJoin('b', { protocols: protocolsFor('migrated-wait') }),
        classicSync('b', 3),
        classicHeartbeat('b', 3),
        beat('a', 2, owningNothing),
        classicHeartbeat('b', 3),
        classicJoin('b', { protocols: protocolsFor('migrated-wait') }),
        classicSync('b', 3),
        classicJoin('c', { protocols: protocolsFor('migrated-wait') }),
        classicHeartbeat('b', 3),
        classicSync('b', 3),
        classicJoin('b', { protocols: protocolsFor('migrated-wait') }),
        classicSync('b', 3),
        classicHeartbeat('b', 3),
        describedAsConsumer,
      ],
    },
    {
      name: 'offsets of members of the classic protocol in a consumer group',
      steps: [
        ...consumerGroup('migrated-offsets'),
        classicJoin('b', { protocols: protocolsFor('migrated-offsets') }),
        ...[2, 3, 4].map(
          (generation): Exchange => ({
            send: 'OffsetCommit',
            version: 8,
            body: {
              groupId: '{name}',
              memberId: 'b',
              generationIdOrMemberEpoch: generation,
              topics: [
                {
                  name: 'migrated-offsets',
                  partitions: [{ partitionIndex: 0, committedOffset: 1, committedMetadata: '' }],
                },
              ],
            },
          }),
        ),
        ...[2, 3].map(
          (memberEpoch): Exchange => ({
            send: 'OffsetFetch',
            version: 9,
            body: {
              groups: [
                {
                  groupId: '{name}',
                  memberId: 'b',
                  memberEpoch,
                  topics: [{ name: 'migrated-offsets', partitionIndexes: [0] }],
                },
              ],
            },
          }),
        ),
      ],
    },
    {
      name: 'a classic member that is told to join again and does not is removed',
      steps: [
        ...consumerGroup('migrated-late'),
        classicJoin('b', { rebalanceTimeoutMs: 500, protocols: protocolsFor('migrated-late') }),
        classicSync('b', 3),
        enter('c', { subscribedTopicNames: ['migrated-late'] }),
        classicHeartbeat('b', 3),
        { pauseMs: 1500 },
        classicHeartbeat('b', 3),
        describedAsConsumer,
        classicJoin('d', { rebalanceTimeoutMs: 500, protocols: protocolsFor('migrated-late') }),
        { pauseMs: 1500 },
        classicHeartbeat('d', 6),
      ],
    },
    {
      name: 'an upgrade in the rebalance of a downgrade gives away what an owner was not to have any more',
      steps: [
        ...classicGroup('migrated-round'),
        enter('b', { subscribedTopicNames: ['migrated-round'] }),
        describedAsConsumer,
        beat('b', -1),
        described,
        classicHeartbeat('{one}', 1),
        enter('c', { subscribedTopicNames: ['migrated-round'] }),
        describedAsConsumer,
        // It has both partitions still, and is fenced from both.
        classicHeartbeat('{one}', 1),
        ...committed('migrated-round', '{one}', 1, [0, 1]),
        ...committed('migrated-round', 'c', 3, [0, 1]),
        classicHeartbeat('{one}', 2),
        classicJoin('{one}', { protocols: protocolsFor('migrated-round') }),
        classicSync('{one}', 3),
        describedAsConsumer,
      ],
    },
    {
      name: 'a group that is upgraded by a static member before anybody has synced has nothing until its members change',
      steps: [
        ...topic(2, {}, 'migrated-unsynced'),
        ...assigningAtOnce(),
        {
          ...classicJoin('', { groupInstanceId: 'i', protocols: protocolsFor('migrated-unsynced') }),
          keep: { one: 'memberId' },
        },
        enter('b', { instanceId: 'i', subscribedTopicNames: ['migrated-unsynced'] }),
        beat('b', 1),
        { pauseMs: 1000 },
        beat('b', 1),
        describedAsConsumer,
        enter('c', { subscribedTopicNames: ['migrated-unsynced'] }),
        beat('b', 1),
        describedAsConsumer,
      ],
    },
    {
      name: 'a static member that takes the place of the last one of the consumer protocol has what another one has still',
      steps: [
        ...classicGroup('migrated-place'),
        enter('b', { instanceId: 'i', subscribedTopicNames: ['migrated-place'] }),
        {
          ...classicJoin('', { groupInstanceId: 'i', protocols: protocolsFor('migrated-place') }),
          keep: { two: 'memberId' },
        },
        described,
        classicSync('{two}', 2, { groupInstanceId: 'i' }),
        classicHeartbeat('{two}', 2, { groupInstanceId: 'i' }),
        ...committed('migrated-place', '{one}', 1, [0, 1]),
        classicHeartbeat('{one}', 1),
        described,
      ],
    },
    {
      name: 'a group of which Kafka knows nothing but its offsets, or that is empty',
      steps: [
        ...joinedGroup(),
        leave({ memberId: '{memberId}' }),
        described,
        enter('a', { subscribedTopicNames: ['some-topic'] }),
        described,
        describedAsConsumer,
      ],
    },
  ],
  'ConsumerGroupMigrations',
)

export const consumerGroupMigration: readonly Script[] = [joins, migrations]

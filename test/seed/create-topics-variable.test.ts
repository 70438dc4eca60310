import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTopicsSeed, withCreateTopics } from '../../src/seed/create-topics-variable.ts'
import { loadSeedValue } from '../../src/seed/load-seed.ts'
import { seedDisk } from './seed-disk.ts'

function topicsOf(value: string, separator?: string): string[] {
  const seed = createTopicsSeed({
    KAFKA_CREATE_TOPICS: value,
    ...(separator === undefined ? {} : { KAFKA_CREATE_TOPICS_SEPARATOR: separator }),
  })
  return (seed?.topics ?? []).map(({ name, partitions, replicationFactor, configs }) =>
    [name, partitions, replicationFactor, ...configs.map(config => config.value)].join(' '),
  )
}

/** As the shell splits it with that IFS. */
const variables: readonly [value: string, separator: string | undefined, topics: string[]][] = [
  ['a:1:3,b:2:1:compact', undefined, ['a 1 3', 'b 2 1 compact']],
  ['a:1:1, b:2:1 ,', undefined, ['a 1 1', 'b 2 1']],
  ['a', undefined, ['a  ']],
  ['a:2', undefined, ['a 2 ']],
  ['a::1:compact', undefined, ['a  1 compact']],
  ['', undefined, []],
  [' , ', undefined, []],
  ['a:1:1;b:1:1', ';', ['a 1 1', 'b 1 1']],
  ['a:1:1 b:1:1', ' ', ['a 1 1', 'b 1 1']],
  ['a:1:1\nb:1:1:compact,delete\n', "$'\n'", ['a 1 1', 'b 1 1 compact,delete']],
  ['a:1:1\n\nb:1:1', "$'\\n'", ['a 1 1', 'b 1 1']],
  ['a:1:1', '', ['a 1 1']],
  // The later of two counts.
  ['a:1:1,a:2:1', undefined, ['a 2 1']],
]

for (const [value, separator, topics] of variables) {
  test(`KAFKA_CREATE_TOPICS=${JSON.stringify(value)}, separated by ${JSON.stringify(separator)}`, () => {
    assert.deepEqual(topicsOf(value, separator), topics)
  })
}

test('without the variable there is no seed', () => {
  assert.equal(createTopicsSeed({}), undefined)
})

test('what is wrong with it is told, all at once', () => {
  assert.throws(() => topicsOf('a:0:1,b c:1:1,..:1:1,d:1:1:compact:more,e:1:99999'), {
    name: 'StartupError',
    message: [
      "KAFKA_CREATE_TOPICS: topic 1 ('a:0:1'): the number of partitions must be a whole number from 1 on, not '0'",
      "KAFKA_CREATE_TOPICS: topic 2 ('b c:1:1'): 'b c' is not a topic name",
      "KAFKA_CREATE_TOPICS: topic 3 ('..:1:1'): '..' is not a topic name",
      "KAFKA_CREATE_TOPICS: topic 4 ('d:1:1:compact:more'): must be name:partitions:replicas:cleanup.policy, of which the last three may be left out",
      "KAFKA_CREATE_TOPICS: topic 5 ('e:1:99999'): the number of replicas must be a whole number from 1 on, not '99999'",
    ].join('\n'),
  })
})

test('of a topic that a seed names too the seed counts', async () => {
  const seed = await loadSeedValue({ topics: [{ name: 'a', partitions: 5 }] }, seedDisk({}))
  const both = withCreateTopics(seed, createTopicsSeed({ KAFKA_CREATE_TOPICS: 'a:1:1,b:2:1' }))!
  assert.deepEqual(
    both.topics.map(({ name, partitions, isLeftIfThere }) => [name, partitions, isLeftIfThere]),
    [
      ['a', 5, false],
      ['b', 2, true],
    ],
  )
})

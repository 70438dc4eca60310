import assert from 'node:assert/strict'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { LeaderRecoveryState, NO_LEADER, NO_LEADER_CHANGE } from '../../../src/controller/image/partition.ts'
import { partitionChange } from '../../../src/controller/partition-change.ts'
import { DirectoryId, METADATA_TOPIC_ID } from '../../../src/protocol/uuid.ts'
import { java, javac, resolveJars, shortLivedJvmArgs } from '../../support/java.ts'
import { skipWithout } from '../../support/require.ts'

const questionCount = 5000

/** A partition of up to four replicas on brokers 0 to 4, in any state the metadata log may hold, and what befalls it. */
const question = fc
  .uniqueArray(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 })
  .chain(replicas => {
    const someReplicas = fc.subarray(replicas)
    return fc.record({
      replicas: fc.constant(replicas),
      isr: someReplicas,
      eligible: someReplicas,
      lastKnown: fc.subarray(replicas, { maxLength: Math.min(2, replicas.length) }),
      leaderDraw: fc.nat(),
      isLeaderless: fc.boolean(),
      leaderRecoveryState: fc.constantFrom(LeaderRecoveryState.RECOVERED, LeaderRecoveryState.RECOVERING),
      removed: fc.option(fc.constantFrom(...replicas)),
      uncleanShutdownReplica: fc.option(fc.constantFrom(...replicas)),
      acceptable: fc.subarray([0, 1, 2, 3, 4]),
      allowUncleanElection: fc.boolean(),
      isElrEnabled: fc.boolean(),
      minInsyncReplicas: fc.integer({ min: 1, max: replicas.length }),
    })
  })
  .map(({ replicas, isr, eligible, lastKnown, isLeaderless, leaderDraw, removed, ...rest }) => {
    // A leader is in the ISR, and a member of the ISR is not eligible besides. That somebody is eligible while the
    // feature is off happens where it has been turned off.
    const leader = isLeaderless || isr.length === 0 ? NO_LEADER : (isr[leaderDraw % isr.length] as number)
    const partition = {
      replicas,
      directories: replicas.map(() => DirectoryId.UNASSIGNED),
      isr,
      removingReplicas: [],
      addingReplicas: [],
      eligibleLeaderReplicas: eligible.filter(replica => !isr.includes(replica)),
      lastKnownEligibleLeaderReplicas: lastKnown,
      leader,
      leaderRecoveryState: rest.leaderRecoveryState,
      leaderEpoch: 3,
      partitionEpoch: 7,
    }
    const gone = [removed, rest.uncleanShutdownReplica]
    const targetIsr = isr.filter(replica => !gone.includes(replica))
    const acceptable = rest.acceptable.filter(replica => !gone.includes(replica))
    return { ...rest, partition, targetIsr, acceptable, metadataVersion: 30 }
  })

test('elections and ISR changes are those of Kafka’s own PartitionChangeBuilder', {
  skip: skipWithout('java'),
}, async () => {
  const questions = fc.sample(question, { numRuns: questionCount, seed: 4311 })
  const jars = await resolveJars('kafka-4.3.1')
  const classes = await javac([fileURLToPath(new URL('PartitionChangeOracle.java', import.meta.url))], jars)
  const { code, stdout, stderr } = await java({
    classPath: [...jars, classes],
    mainClass: 'PartitionChangeOracle',
    jvmArgs: shortLivedJvmArgs,
    input: questions.map(each => `${JSON.stringify(each)}\n`).join(''),
  })
  assert.equal(code, 0, stderr)
  const answers = stdout.trimEnd().split('\n')
  assert.equal(answers.length, questions.length)
  let changes = 0
  for (const [index, each] of questions.entries()) {
    const { acceptable, uncleanShutdownReplica, ...options } = each
    const record = partitionChange({
      ...options,
      topicId: METADATA_TOPIC_ID,
      partitionId: 0,
      isAcceptableLeader: brokerId => acceptable.includes(brokerId),
      ...(uncleanShutdownReplica === null ? {} : { uncleanShutdownReplica }),
    })
    const kafkas: unknown = JSON.parse(answers[index] ?? 'null')
    if (kafkas !== null) changes++
    assert.deepEqual(record === undefined ? null : asKafkaPrints(record.message), kafkas, JSON.stringify(each))
  }
  assert.ok(changes > questionCount / 4, `${changes} changes`)
})

/** Tagged fields are printed where they are not the default. */
function asKafkaPrints(message: object): unknown {
  return Object.fromEntries(
    Object.entries(message).filter(([name, value]) => {
      if (name === 'leader') return value !== NO_LEADER_CHANGE
      if (name === 'leaderRecoveryState') return value !== -1
      return value !== null
    }),
  )
}

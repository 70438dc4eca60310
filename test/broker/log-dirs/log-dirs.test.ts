import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DirectoryAssignments, DirectoryIds } from '../../../src/broker/log-dirs/directory-assignments.ts'
import { LogDirs } from '../../../src/broker/log-dirs/log-dirs.ts'
import { ReplicationQuota } from '../../../src/broker/log-dirs/replication-quota.ts'
import type { ControllerClient } from '../../../src/broker/metadata/controller-client.ts'
import { DynamicConfig } from '../../../src/config/dynamic-config.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import type { AssignReplicasToDirsRequest } from '../../../src/controller/directory-assignment.ts'
import { emptyMetadataImage } from '../../../src/controller/image/metadata-image.ts'
import type { LogManager } from '../../../src/log/log-manager.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import type { Uuid } from '../../../src/protocol/uuid.ts'
import { Deadlines } from '../../../src/timers/deadlines.ts'
import { CollectedLoggers, ManualClock } from '../../log/harness.ts'

const topicId = 'dGVzdC10b3BpYy1pZC0xMg' as Uuid
const directoryIds = ['a', 'b'].map(name => name.padEnd(21, 'x').concat('A') as Uuid)

const turn = () => new Promise(resolve => setImmediate(resolve))

function logDirsWith(controller: Partial<ControllerClient>) {
  const clock = new ManualClock()
  const failures: unknown[] = []
  const { config } = loadConfig(new Map(Object.entries({ 'log.dirs': '/a,/b', 'log.dir.failure.timeout.ms': '1000' })))
  const logDirs = new LogDirs({
    nodeId: 1,
    config,
    dynamicConfig: new DynamicConfig(config),
    logs: { logDirs: [], futures: {} } as unknown as LogManager,
    directoryIds: new DirectoryIds(new Map([['/b', directoryIds[1] as Uuid]])),
    controller: controller as ControllerClient,
    image: () => emptyMetadataImage,
    deadlines: new Deadlines(clock),
    clock,
    loggers: new CollectedLoggers(),
    fail: error => failures.push(error),
  })
  return { logDirs, clock, failures }
}

test('a broker that cannot tell the controller of a failed directory in time ends', () => {
  const told: (readonly Uuid[])[] = []
  const { logDirs, clock, failures } = logDirsWith({
    directoriesOffline(directories) {
      told.push(directories)
      return new Promise(() => {})
    },
  })
  logDirs.onLogDirFailure('/b')
  assert.deepEqual(told, [[directoryIds[1]]])
  clock.advance(999)
  assert.equal(failures.length, 0)
  clock.advance(1)
  assert.match(String(failures[0]), /couldn't communicate offline log dir \/b/)
})

test('a failed directory that the controller knows of in time ends nothing', async () => {
  const { logDirs, clock, failures } = logDirsWith({ directoriesOffline: async () => {} })
  logDirs.onLogDirFailure('/b')
  await turn()
  clock.advance(10_000)
  assert.deepEqual(failures, [])
})

function assignmentsWith(answer: (request: AssignReplicasToDirsRequest) => number[] | Error) {
  const clock = new ManualClock()
  const requests: AssignReplicasToDirsRequest[] = []
  const assignments = new DirectoryAssignments({
    nodeId: 1,
    brokerEpoch: () => 7,
    isSupported: () => true,
    deadlines: new Deadlines(clock),
    logger: new CollectedLoggers().named(),
    controller: {
      async assignReplicasToDirs(request: AssignReplicasToDirsRequest) {
        requests.push(request)
        const errorCodes = answer(request)
        if (errorCodes instanceof Error) throw errorCodes
        return { errorCode: 0, errorCodes }
      },
    } as unknown as ControllerClient,
  })
  const assign = (partitionIndex: number, dir: number) =>
    assignments.assign({ topicId, partitionIndex, directoryId: directoryIds[dir] as Uuid })
  return { assignments, assign, clock, requests }
}

test('what is to be assigned goes out together, the latest of each replica', async () => {
  const { assign, clock, requests } = assignmentsWith(({ assignments }) => assignments.map(() => 0))
  const [first, second, third] = [assign(0, 0), assign(1, 0), assign(0, 1)]
  clock.advance(0)
  assert.deepEqual(await Promise.all([first, second, third]), [false, true, true])
  assert.deepEqual(
    requests.map(({ brokerEpoch, assignments }) => [
      brokerEpoch,
      ...assignments.map(({ partitionIndex, directoryId }) => [partitionIndex, directoryId]),
    ]),
    [[7, [0, directoryIds[1]], [1, directoryIds[0]]]],
  )
})

test('an assignment that fails is sent again, later each time; one the controller has no use for is not', async () => {
  let failing = 2
  const { assign, clock, requests } = assignmentsWith(() =>
    failing-- > 0 ? new Error('no controller') : [0, ErrorCode.UNKNOWN_TOPIC_ID],
  )
  const assigned = [assign(0, 0), assign(1, 0)]
  for (const [delayMs, sent] of [
    [0, 1],
    [99, 1],
    [1, 2],
    [199, 2],
    [1, 3],
  ] as const) {
    clock.advance(delayMs)
    await turn()
    assert.equal(requests.length, sent)
  }
  assert.deepEqual(await Promise.all(assigned), [true, false])
})

test('a quota holds copying back until the rate over its samples is below it', () => {
  const clock = new ManualClock()
  let bytesPerSecondMax = 1000
  const quota = new ReplicationQuota({
    clock,
    bytesPerSecondMax: () => bytesPerSecondMax,
    samplesMax: 11,
    sampleMs: 1000,
  })
  assert.equal(quota.delayMs, 0)
  quota.record(1000)
  assert.equal(quota.delayMs, 0)
  quota.record(2000)
  assert.equal(quota.delayMs, 2000)
  clock.advance(1500)
  assert.equal(quota.delayMs, 1500)
  quota.record(1000)
  assert.equal(quota.delayMs, 2500)
  bytesPerSecondMax = 1_000_000
  assert.equal(quota.delayMs, 0)
  // Bytes count no longer than their sample.
  bytesPerSecondMax = 1
  clock.advance(9500)
  assert.ok(quota.delayMs > 0)
  clock.advance(1500)
  assert.equal(quota.delayMs, 0)
})

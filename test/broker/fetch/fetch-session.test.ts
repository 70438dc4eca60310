import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type FetchContextRequest, fetchContextOf } from '../../../src/broker/fetch/fetch-context.ts'
import { type FetchPartition, FetchPartitions } from '../../../src/broker/fetch/fetch-partition.ts'
import { FetchSessionCache } from '../../../src/broker/fetch/fetch-session-cache.ts'
import { toUuid, ZERO_UUID } from '../../../src/protocol/uuid.ts'

class TestClock {
  now = 0
  nowMs = () => this.now
  monotonicMs = () => this.now
  schedule = () => ({ cancel() {} })
}

function cacheOf(slots: number, clock = new TestClock()): FetchSessionCache {
  let next = 100
  const random = { uint32: () => next++, bytes: (length: number) => new Uint8Array(length) }
  return new FetchSessionCache(clock, random, slots)
}

const idOf = (topic: number) => toUuid(`AAAAAAAAAAAAAAAAAAAA${topic}Q`)

function partition(topic: number, index: number, fetchOffset = 0): FetchPartition {
  return {
    topic: `topic-${topic}`,
    topicId: idOf(topic),
    partition: index,
    fetchOffset,
    maxBytes: 1000,
    currentLeaderEpoch: -1,
    lastFetchedEpoch: -1,
    logStartOffset: -1,
    answeredHighWatermark: -1,
    answeredLogStartOffset: -1,
  }
}

function request(
  sessionId: number,
  sessionEpoch: number,
  partitions: FetchPartition[],
  more: Partial<FetchContextRequest> = {},
): FetchContextRequest {
  const usesTopicIds = more.usesTopicIds ?? true
  const list = new FetchPartitions(usesTopicIds)
  for (const wanted of partitions) list.addOrUpdate(wanted)
  return {
    sessionId,
    sessionEpoch,
    usesTopicIds,
    isFromFollower: false,
    partitions: list,
    forgotten: [],
    topicName: () => undefined,
    ...more,
  }
}

const quiet = (highWatermark = 0) => ({
  errorCode: 0,
  highWatermark,
  logStartOffset: 0,
  recordsBytes: 0,
  hasDivergingEpoch: false,
})

/** Fetches everything the context names, with the same result for each. */
function fetchAll(cache: FetchSessionCache, asked: FetchContextRequest, result = quiet()) {
  const context = fetchContextOf(cache, asked)
  return context.answer([...context.partitions].map(requested => ({ requested, result })))
}

test('a session answers a full fetch in full, and then only what has changed', () => {
  const cache = cacheOf(10)
  const first = fetchAll(cache, request(0, 0, [partition(1, 0), partition(1, 1)]))
  assert.equal(first.partitions.length, 2)
  assert.notEqual(first.sessionId, 0)
  const second = fetchAll(cache, request(first.sessionId, 1, []))
  assert.deepEqual(second, { errorCode: 0, sessionId: first.sessionId, partitions: [] })
  const third = fetchAll(cache, request(first.sessionId, 2, []), quiet(5))
  assert.equal(third.partitions.length, 2)
})

test('a fetch with the final epoch closes the session and gets none', () => {
  const cache = cacheOf(10)
  const { sessionId } = fetchAll(cache, request(0, 0, [partition(1, 0)]))
  assert.equal(fetchAll(cache, request(sessionId, -1, [partition(1, 0)])).sessionId, 0)
  assert.equal(fetchAll(cache, request(sessionId, 1, [])).errorCode, 70)
})

test('an unknown session is error 70, a wrong epoch 71, and 106 where topic ids come or go', () => {
  const cache = cacheOf(10)
  assert.equal(fetchAll(cache, request(77, 1, [])).errorCode, 70)
  const { sessionId } = fetchAll(cache, request(0, 0, [partition(1, 0)]))
  assert.equal(fetchAll(cache, request(sessionId, 2, [])).errorCode, 71)
  assert.equal(fetchAll(cache, request(sessionId, 1, [], { usesTopicIds: false })).errorCode, 106)
  assert.equal(fetchAll(cache, request(sessionId, 1, [])).errorCode, 0)
})

test('a request that comes while an earlier one of its session waits makes the earlier one fail', () => {
  const cache = cacheOf(10)
  const { sessionId } = fetchAll(cache, request(0, 0, [partition(1, 0)]))
  const waiting = fetchContextOf(cache, request(sessionId, 1, []))
  const partitions = [...waiting.partitions]
  assert.equal(fetchAll(cache, request(sessionId, 2, [])).errorCode, 0)
  const late = waiting.answer(partitions.map(requested => ({ requested, result: quiet() })))
  assert.deepEqual(late, { errorCode: 71, sessionId, partitions: [] })
})

test('a session whose last partition is forgotten is closed', () => {
  const cache = cacheOf(10)
  const { sessionId } = fetchAll(cache, request(0, 0, [partition(1, 0)]))
  const forgotten = [{ topic: 'topic-1', topicId: idOf(1), partition: 0 }]
  assert.equal(fetchAll(cache, request(sessionId, 1, [], { forgotten })).sessionId, 0)
  assert.equal(cache.size, 0)
})

test('a topic id that is not known yet gets its name as soon as it is', () => {
  const cache = cacheOf(10)
  const nameless = { ...partition(1, 0), topic: null }
  const { sessionId } = fetchAll(cache, request(0, 0, [nameless]))
  const topicName = () => 'late'
  const context = fetchContextOf(cache, request(sessionId, 1, [], { topicName }))
  assert.deepEqual(
    [...context.partitions].map(({ topic }) => topic),
    ['late'],
  )
})

test('partitions that yielded records are read last the next time', () => {
  const cache = cacheOf(10)
  const { sessionId } = fetchAll(cache, request(0, 0, [partition(1, 0), partition(1, 1), partition(1, 2)]))
  const order: number[][] = []
  for (let epoch = 1; epoch <= 3; epoch++) {
    const context = fetchContextOf(cache, request(sessionId, epoch, []))
    const partitions = [...context.partitions]
    order.push(partitions.map(({ partition }) => partition))
    context.answer(
      partitions.map((requested, index) => ({ requested, result: { ...quiet(), recordsBytes: index === 0 ? 9 : 0 } })),
    )
  }
  assert.deepEqual(order, [
    [0, 1, 2],
    [1, 2, 0],
    [2, 0, 1],
  ])
})

test('after an error a partition is told of again, although its high watermark is what it was', () => {
  const cache = cacheOf(10)
  const { sessionId } = fetchAll(cache, request(0, 0, [partition(1, 0)]), quiet(4))
  assert.equal(fetchAll(cache, request(sessionId, 1, []), { ...quiet(-1), errorCode: 6 }).partitions.length, 1)
  assert.equal(fetchAll(cache, request(sessionId, 2, []), quiet(4)).partitions.length, 1)
  assert.equal(fetchAll(cache, request(sessionId, 3, []), quiet(4)).partitions.length, 0)
})

test('a full cache evicts what was unused for two minutes, and nothing younger', () => {
  const clock = new TestClock()
  const cache = cacheOf(2, clock)
  const first = fetchAll(cache, request(0, 0, [partition(1, 0)])).sessionId
  const second = fetchAll(cache, request(0, 0, [partition(1, 0)])).sessionId
  assert.equal(fetchAll(cache, request(0, 0, [partition(1, 0), partition(1, 1)])).sessionId, 0)
  clock.now = 100_000
  assert.equal(fetchAll(cache, request(first, 1, [])).errorCode, 0)
  clock.now = 120_001
  assert.notEqual(fetchAll(cache, request(0, 0, [partition(1, 0)])).sessionId, 0)
  assert.equal(fetchAll(cache, request(first, 2, [])).errorCode, 0)
  assert.equal(fetchAll(cache, request(second, 1, [])).errorCode, 70)
})

test('an old session makes room for a larger one, but not for one of its own size', () => {
  const clock = new TestClock()
  const cache = cacheOf(1, clock)
  const { sessionId } = fetchAll(cache, request(0, 0, [partition(1, 0)]))
  clock.now = 120_001
  assert.equal(fetchAll(cache, request(sessionId, 1, [])).errorCode, 0)
  assert.equal(fetchAll(cache, request(0, 0, [partition(2, 0)])).sessionId, 0)
  assert.notEqual(fetchAll(cache, request(0, 0, [partition(2, 0), partition(2, 1)])).sessionId, 0)
})

test("a follower's session takes the place of a young consumer's, never the other way round", () => {
  const cache = cacheOf(1)
  const large = [partition(1, 0), partition(1, 1), partition(1, 2)]
  fetchAll(cache, request(0, 0, large))
  assert.notEqual(fetchAll(cache, request(0, 0, [partition(1, 0)], { isFromFollower: true })).sessionId, 0)
  assert.equal(fetchAll(cache, request(0, 0, large)).sessionId, 0)
})

test('by topic name partitions of one topic id are told apart', () => {
  const cache = cacheOf(10)
  const wanted = ['a', 'b'].map(topic => ({ ...partition(1, 0), topic, topicId: ZERO_UUID }))
  assert.equal(fetchAll(cache, request(0, 0, wanted, { usesTopicIds: false })).partitions.length, 2)
})

// What a partition says now, and what the client believes: whatever happens in between, believing and being told
// incrementally must come to the same as asking in full.
interface Change {
  readonly add: readonly (readonly [number, number])[]
  readonly forget: readonly (readonly [number, number])[]
  readonly advance: readonly (readonly [number, number, number])[]
}
const place = fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 }))
const changes = fc.array(
  fc.record<Change>({
    add: fc.array(place, { maxLength: 3 }),
    forget: fc.array(place, { maxLength: 2 }),
    advance: fc.array(
      fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 }), fc.integer({ min: 1, max: 5 })),
      { maxLength: 4 },
    ),
  }),
  { maxLength: 25 },
)

test('what an incremental client believes is what a full fetch would say', () => {
  fc.assert(
    fc.property(changes, (steps: readonly Change[]) => {
      const cache = cacheOf(5)
      const truth = new Map<string, number>()
      const wanted = new Set<string>()
      const believed = new Map<string, number>()
      let sessionId = 0
      let epoch = 0
      for (const step of steps) {
        for (const [topic, index, count] of step.advance) {
          const key = `${topic}-${index}`
          truth.set(key, (truth.get(key) ?? 0) + count)
        }
        // A client does not forget and ask for a partition in one request.
        const isAdded = (key: string) => step.add.some(([topic, index]) => `${topic}-${index}` === key)
        const forget = step.forget.filter(([topic, index]) => {
          const key = `${topic}-${index}`
          return wanted.has(key) && !isAdded(key)
        })
        for (const [topic, index] of forget) {
          wanted.delete(`${topic}-${index}`)
          believed.delete(`${topic}-${index}`)
        }
        const add = step.add.filter(([topic, index]) => !wanted.has(`${topic}-${index}`))
        for (const [topic, index] of add) wanted.add(`${topic}-${index}`)
        if (wanted.size === 0 && epoch === 0) continue
        const isFull = epoch === 0
        const partitions = isFull
          ? [...wanted].map(key => partition(Number(key[0]), Number(key[2])))
          : add.map(([topic, index]) => partition(topic, index))
        const forgotten = isFull
          ? []
          : forget.map(([topic, index]) => ({ topic: `topic-${topic}`, topicId: idOf(topic), partition: index }))
        const context = fetchContextOf(cache, request(sessionId, epoch, partitions, { forgotten }))
        const fetched = [...context.partitions].map(requested => ({
          requested,
          result: quiet(truth.get(`${requested.topic?.at(-1)}-${requested.partition}`) ?? 0),
        }))
        const answer = context.answer(fetched)
        assert.equal(answer.errorCode, 0)
        for (const { requested, result } of answer.partitions) {
          believed.set(`${requested.topic?.at(-1)}-${requested.partition}`, result.highWatermark)
        }
        sessionId = answer.sessionId
        epoch = sessionId === 0 ? 0 : epoch + 1
        assert.deepEqual(new Set(believed.keys()), wanted)
        for (const key of wanted) assert.equal(believed.get(key), truth.get(key) ?? 0)
      }
    }),
  )
})

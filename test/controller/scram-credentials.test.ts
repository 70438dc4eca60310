import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ControllerState } from '../../src/controller/controller-state.ts'
import { emptyMetadataImage, type MetadataImage } from '../../src/controller/image/metadata-image.ts'
import { MetadataReplay } from '../../src/controller/image/metadata-replay.ts'
import { type MetadataRecord, metadataRecord } from '../../src/controller/metadata-record.ts'
import {
  type AlterScramRequest,
  alterUserScramCredentials,
  type ScramUpsertion,
} from '../../src/controller/scram-credentials.ts'
import { ErrorCode } from '../../src/protocol/errors.ts'

const bytes = new Uint8Array(32)

function upsertion(name: string, change: Partial<ScramUpsertion> = {}): ScramUpsertion {
  return {
    name,
    mechanism: 1,
    iterations: 4096,
    salt: bytes,
    keys: { storedKey: bytes, serverKey: bytes },
    ...change,
  }
}

/** The image after these records, on the given `metadata.version`. */
function imageOf(records: readonly MetadataRecord[], metadataVersion = 30): MetadataImage {
  const replay = new MetadataReplay(emptyMetadataImage, { isSupportedConfig: () => true })
  const feature = metadataRecord('FeatureLevelRecord', 0, { name: 'metadata.version', featureLevel: metadataVersion })
  replay.replay([feature, ...records], { lastContainedOffset: 0, lastContainedEpoch: 1, lastContainedLogTimeMs: 0 })
  return replay.image
}

function alter(image: MetadataImage, request: Partial<AlterScramRequest>) {
  const state = { image } as ControllerState
  const { records, response } = alterUserScramCredentials(state, { deletions: [], upsertions: [], ...request })
  return { records, errors: Object.fromEntries(response.map(({ user, errorCode }) => [user, errorCode])) }
}

test('a credential that is set can be deleted once', () => {
  const set = alter(imageOf([]), { upsertions: [upsertion('alice')] })
  assert.deepEqual(set.errors, { alice: ErrorCode.NONE })
  const deletions = [{ name: 'alice', mechanism: 1 }]
  const removed = alter(imageOf(set.records), { deletions })
  assert.deepEqual(removed.errors, { alice: ErrorCode.NONE })
  assert.equal(imageOf([...set.records, ...removed.records]).carried.scramCredentials.size, 0)
  assert.deepEqual(alter(imageOf([...set.records, ...removed.records]), { deletions }).errors, {
    alice: ErrorCode.RESOURCE_NOT_FOUND,
  })
})

test('a user who is named twice is altered in nothing, and others are', () => {
  const { records, errors } = alter(imageOf([]), {
    upsertions: [upsertion('alice'), upsertion('alice', { mechanism: 2 }), upsertion('alice'), upsertion('bob')],
  })
  assert.deepEqual(errors, { alice: ErrorCode.DUPLICATE_RESOURCE, bob: ErrorCode.NONE })
  assert.equal(records.length, 1)
})

test('what no server could check is refused', () => {
  const refusals = [
    [upsertion(''), ErrorCode.UNACCEPTABLE_CREDENTIAL],
    [upsertion('a', { mechanism: 3 }), ErrorCode.UNSUPPORTED_SASL_MECHANISM],
    [upsertion('a', { iterations: 4095 }), ErrorCode.UNACCEPTABLE_CREDENTIAL],
    [upsertion('a', { iterations: 16385 }), ErrorCode.UNACCEPTABLE_CREDENTIAL],
    [upsertion('a', { keys: undefined }), ErrorCode.UNKNOWN_SERVER_ERROR],
    [upsertion('a', { salt: new Uint8Array(9_000_000) }), ErrorCode.POLICY_VIOLATION],
  ] as const
  for (const [one, errorCode] of refusals) {
    const { records, errors } = alter(imageOf([]), { upsertions: [one] })
    assert.deepEqual([records.length, errors[one.name]], [0, errorCode])
  }
})

test('before 3.5-IV2 the metadata log has no records for credentials', () => {
  assert.deepEqual(alter(imageOf([], 10), { upsertions: [upsertion('alice')] }).errors, {
    alice: ErrorCode.UNSUPPORTED_VERSION,
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProtocolError } from '../../src/protocol/schema/protocol-error.ts'
import { extremeValues } from './support/arbitrary.ts'
import { fuzzRequests, requestCorpus } from './support/fuzz.ts'
import { ALL_MESSAGES, versionsOf } from './support/messages.ts'

test('requests with cuts, flips and lying lengths are decoded or refused, and nothing else', t => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const { decoded, refused } = fuzzRequests(requestCorpus(seed), 60_000, seed)
  t.diagnostic(`seed ${seed}: ${decoded} decoded, ${refused} refused`)
  assert.ok(decoded > 0 && refused > 0)
})

test('every message of every version is refused when cut at any byte, and when a byte follows it', () => {
  for (const { message } of ALL_MESSAGES) {
    for (const version of versionsOf(message)) {
      const value = extremeValues(message, version)[1] ?? {}
      const encoded = message.encodeContiguous(value, version)
      message.decode(encoded, version)
      for (let length = 0; length < encoded.length; length++) {
        assert.throws(() => message.decode(encoded.subarray(0, length), version), ProtocolError)
      }
      assert.throws(() => message.decode(Buffer.concat([encoded, Buffer.alloc(1)]), version), ProtocolError)
    }
  }
})

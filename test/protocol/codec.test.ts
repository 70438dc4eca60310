import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { AnyMessage } from '../../src/protocol/schema/message.ts'
import { arbitraryValue, extremeValues } from './support/arbitrary.ts'
import { interpretedDecode, interpretedEncode, type Value, withDefaults } from './support/interpreter.ts'
import { ALL_MESSAGES, versionsOf } from './support/messages.ts'

function checkAgainstOracle(message: AnyMessage, value: Value, version: number): void {
  const expected = interpretedEncode(message, value, version)
  const encoded = Buffer.concat(message.encode(value, version))
  assert.ok(encoded.equals(expected), `${encoded.toString('hex')} instead of ${expected.toString('hex')}`)
  const decoded = message.decode(encoded, version)
  assert.deepEqual(decoded, interpretedDecode(message, expected, version))
  assert.deepEqual(decoded, withDefaults(message.shape, value))
}

describe('the compiled codec agrees with the interpreter, byte for byte and back', () => {
  for (const { message } of ALL_MESSAGES) {
    test(`${message.name}, every version`, () => {
      for (const version of versionsOf(message)) {
        for (const value of extremeValues(message, version)) checkAgainstOracle(message, value, version)
        fc.assert(
          fc.property(arbitraryValue(message, version), value => checkAgainstOracle(message, value, version)),
          { numRuns: 20 },
        )
      }
    })
  }
})

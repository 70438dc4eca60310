import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ALL_APIS } from '../../src/protocol/all-apis.ts'
import { ApiVersions } from '../../src/protocol/apis/api-versions.ts'
import { Metadata } from '../../src/protocol/apis/metadata.ts'
import {
  decodeRequestFrame,
  decodeResponseFrame,
  encodeRequestFrame,
  encodeResponseFrame,
} from '../../src/protocol/frame.ts'
import { ProtocolError } from '../../src/protocol/schema/protocol-error.ts'
import { extremeValues } from './support/arbitrary.ts'
import { versionsOf } from './support/messages.ts'

const hex = (chunks: readonly Uint8Array[]) => Buffer.concat(chunks).toString('hex')

describe('request frames', () => {
  test('begin with their size, and a header of version 1 before the API is flexible', () => {
    const frame = encodeRequestFrame(ApiVersions, 0, { correlationId: 7, clientId: 'ab' }, {})
    assert.equal(hex(frame), '0000000c' + '0012' + '0000' + '00000007' + '00026162')
  })

  test('have a header of version 2 from there on, whose client id keeps its old form', () => {
    const request = { clientSoftwareName: 'a', clientSoftwareVersion: '1' }
    const frame = encodeRequestFrame(ApiVersions, 3, { correlationId: 7, clientId: 'ab' }, request)
    assert.equal(hex(frame), '00000012' + '0012' + '0003' + '00000007' + '00026162' + '00' + '0261' + '0231' + '00')
  })

  test('come apart into header and body, whatever the API and version', () => {
    for (const api of ALL_APIS) {
      for (const version of versionsOf(api.request)) {
        const value = extremeValues(api.request, version)[1] ?? {}
        const frame = Buffer.concat(encodeRequestFrame(api, version, { correlationId: -5, clientId: null }, value))
        assert.equal(frame.readInt32BE(), frame.length - 4)
        const request = decodeRequestFrame(frame.subarray(4))
        assert.equal(request.api.key, api.key)
        assert.equal(request.apiVersion, version)
        assert.equal(request.correlationId, -5)
        assert.equal(request.clientId, '')
        assert.deepEqual(request.body, api.request.encodeContiguous(value, version))
      }
    }
  })

  test('of a version yet to come are read up to the body, since ApiVersions answers them all', () => {
    const request = decodeRequestFrame(Buffer.from('0012' + '0063' + '00000001' + '0000' + '00' + 'ffff', 'hex'))
    assert.deepEqual([request.api.name, request.apiVersion, request.body.length], ['ApiVersions', 99, 2])
  })

  for (const [what, frame] of [
    ['an API key nobody has', '7fff' + '0000' + '00000001' + 'ffff'],
    ['a negative API key', 'ffff' + '0000' + '00000001' + 'ffff'],
    ['an API that Kafka 4 dropped', '0004' + '0000' + '00000001' + 'ffff'],
    ['nothing at all', ''],
    ['half a header', '0012' + '0000' + '0000'],
    ['a client id longer than the frame', '0012' + '0000' + '00000001' + '7fff' + '61'],
  ] as const) {
    test(`with ${what} are refused`, () => {
      assert.throws(() => decodeRequestFrame(Buffer.from(frame, 'hex')), ProtocolError)
    })
  }
})

describe('response frames', () => {
  test('have a header with tagged fields once the API is flexible', () => {
    const response = { brokers: [], topics: [] }
    const at = (version: number) => hex(encodeResponseFrame(Metadata, version, 7, response)).slice(8, 20)
    assert.equal(at(8).slice(0, 8), '00000007')
    assert.equal(at(9).slice(0, 10), '00000007' + '00')
  })

  test('of ApiVersions keep the header of version 0 (KIP-511)', () => {
    const frame = encodeResponseFrame(ApiVersions, 4, 7, { errorCode: 0, apiKeys: [] })
    assert.equal(hex(frame), '0000000c' + '00000007' + '0000' + '01' + '00000000' + '00')
  })

  test('come apart into correlation id and body', () => {
    for (const api of ALL_APIS) {
      for (const version of versionsOf(api.response)) {
        const value = extremeValues(api.response, version)[1] ?? {}
        const frame = Buffer.concat(encodeResponseFrame(api, version, 9, value))
        const { correlationId, body } = decodeResponseFrame(api, version, frame.subarray(4))
        assert.equal(correlationId, 9)
        assert.deepEqual(body, api.response.encodeContiguous(value, version))
      }
    }
  })
})

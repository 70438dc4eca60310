import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AssertionError } from '../../src/assertion.ts'
import { Dispatcher } from '../../src/broker/dispatcher.ts'
import { type Handle, handlerOf } from '../../src/broker/handler.ts'
import type { HandlerEntry } from '../../src/broker/handlers.ts'
import type { BrokerServices } from '../../src/broker/services.ts'
import { LogDirOfflineError } from '../../src/log/partition-log.ts'
import type { ConnectionContext } from '../../src/network/connection-context.ts'
import { InvalidRequestError, type NetworkRequest } from '../../src/network/request-dispatcher.ts'
import { ApiVersions } from '../../src/protocol/apis/api-versions.ts'
import { Heartbeat } from '../../src/protocol/apis/heartbeat.ts'
import { Metadata } from '../../src/protocol/apis/metadata.ts'
import { ErrorCode } from '../../src/protocol/errors.ts'
import type { RequestOf } from '../../src/protocol/schema/api.ts'

type HeartbeatRequest = RequestOf<typeof Heartbeat>

const connection = { id: 'c' } as ConnectionContext
const heartbeat = { groupId: 'g', generationId: 1, memberId: 'm' }

function requestOf(apiKey: number, apiVersion: number, body: Uint8Array): NetworkRequest {
  return {
    connection,
    apiKey,
    apiVersion,
    correlationId: 1,
    clientId: 'client',
    body,
    frameBytes: body.length,
    receivedAtMs: 0,
    retain() {},
    release() {},
  }
}

function setUp(handle: Handle<HeartbeatRequest, { errorCode: number }>) {
  const failures: unknown[] = []
  const errors: string[] = []
  const logger = { error: (message: string) => errors.push(message) }
  const services = {
    config: { get: () => false },
    loggers: { named: () => logger },
    fail: (error: unknown) => failures.push(error),
  } as unknown as BrokerServices
  const handler = handlerOf(Heartbeat, handle, { errorResponse: (_request, errorCode) => ({ errorCode }) })
  const entries: HandlerEntry[] = [
    { key: Heartbeat.key, load: async () => ({ handler }) },
    { key: ApiVersions.key, load: () => import('../../src/broker/handlers/api-versions.ts') },
  ]
  const dispatcher = new Dispatcher(services, entries)
  const dispatch = async () => {
    const body = Heartbeat.request.encodeContiguous(heartbeat, 4)
    const result = await dispatcher.dispatch(requestOf(Heartbeat.key, 4, body))
    return result === null ? null : Heartbeat.response.decode(Buffer.concat(result.chunks), 4).errorCode
  }
  return { dispatcher, dispatch, failures, errors }
}

test('a request is decoded, handled and its answer encoded', async () => {
  const seen: HeartbeatRequest[] = []
  const { dispatch } = setUp((_services, request) => {
    seen.push(request)
    return { errorCode: 27 }
  })
  assert.equal(await dispatch(), 27)
  assert.equal(seen[0]?.memberId, 'm')
})

test('once a handler is loaded, an answer that needs no waiting is there at once', async () => {
  const { dispatcher, dispatch } = setUp(() => ({ errorCode: 0 }))
  await dispatch()
  const body = Heartbeat.request.encodeContiguous(heartbeat, 0)
  assert.equal(dispatcher.dispatch(requestOf(Heartbeat.key, 0, body)) instanceof Promise, false)
})

test('requests that come while a handler loads are served in their order', async () => {
  const order: number[] = []
  const { dispatcher } = setUp((_services, _request, context) => {
    order.push(context.apiVersion)
    return { errorCode: 0 }
  })
  const bodies = [4, 3, 2].map(version => ({ version, body: Heartbeat.request.encodeContiguous(heartbeat, version) }))
  await Promise.all(bodies.map(({ version, body }) => dispatcher.dispatch(requestOf(Heartbeat.key, version, body))))
  assert.deepEqual(order, [4, 3, 2])
})

test('what is not served has no framing, and ApiVersions has one in every version', () => {
  const { dispatcher } = setUp(() => null)
  assert.equal(dispatcher.framing(Heartbeat.key, 5, connection), undefined)
  assert.equal(dispatcher.framing(0, 9, connection), undefined)
  assert.deepEqual(dispatcher.framing(Heartbeat.key, 4, connection), {
    requestHeaderVersion: 2,
    responseHeaderVersion: 1,
  })
  assert.deepEqual(dispatcher.framing(ApiVersions.key, 99, connection), {
    requestHeaderVersion: 2,
    responseHeaderVersion: 0,
  })
})

test('an unknown version of ApiVersions is answered in version 0 with error 35 and the versions that are known', async () => {
  const { dispatcher } = setUp(() => null)
  const result = await dispatcher.dispatch(requestOf(ApiVersions.key, 99, Buffer.from('anything')))
  const response = ApiVersions.response.decode(Buffer.concat(result?.chunks ?? []), 0)
  assert.equal(response.errorCode, ErrorCode.UNSUPPORTED_VERSION)
  assert.deepEqual(response.apiKeys, [{ apiKey: ApiVersions.key, minVersion: 0, maxVersion: 4 }])
})

test('bytes after a request close its connection, but for those librdkafka leaves behind a Metadata request', async () => {
  const { dispatcher } = setUp(() => ({ errorCode: 0 }))
  const tooLong = Buffer.concat([Heartbeat.request.encodeContiguous(heartbeat, 4), Buffer.of(0)])
  await assert.rejects(
    async () => dispatcher.dispatch(requestOf(Heartbeat.key, 4, tooLong)),
    (error: unknown) => error instanceof InvalidRequestError && /1 bytes after its end/.test(error.message),
  )

  const asked: RequestOf<typeof Metadata>[] = []
  const handler = handlerOf(Metadata, (_services, request: RequestOf<typeof Metadata>) => {
    asked.push(request)
    return null
  })
  const metadataOnly = new Dispatcher({} as BrokerServices, [{ key: Metadata.key, load: async () => ({ handler }) }])
  // What confluent-kafka 2.16 sends to list all topics.
  await metadataOnly.dispatch(requestOf(Metadata.key, 13, Buffer.from('00000000010000', 'hex')))
  assert.equal(asked[0]?.topics, null)
})

test('a client that gives itself an impossible name is told INVALID_REQUEST', async () => {
  const { dispatcher } = setUp(() => null)
  const named = { clientSoftwareName: '-x', clientSoftwareVersion: '1' }
  const body = ApiVersions.request.encodeContiguous(named, 3)
  const result = await dispatcher.dispatch(requestOf(ApiVersions.key, 3, body))
  const response = ApiVersions.response.decode(Buffer.concat(result?.chunks ?? []), 3)
  assert.deepEqual([response.errorCode, response.apiKeys], [ErrorCode.INVALID_REQUEST, []])
})

test('a body that does not decode closes the connection', async () => {
  const { dispatcher } = setUp(() => ({ errorCode: 0 }))
  await assert.rejects(
    async () => dispatcher.dispatch(requestOf(Heartbeat.key, 4, Buffer.from([9]))),
    InvalidRequestError,
  )
})

test('a handler that throws is answered UNKNOWN_SERVER_ERROR and logged', async () => {
  const { dispatch, errors, failures } = setUp(() => {
    throw new Error('disk full of ants')
  })
  assert.equal(await dispatch(), ErrorCode.UNKNOWN_SERVER_ERROR)
  assert.equal(errors.length, 1)
  assert.deepEqual(failures, [])
})

test('a handler that rejects since its directory is offline is answered KAFKA_STORAGE_ERROR', async () => {
  const { dispatch } = setUp(() => Promise.reject(new LogDirOfflineError('/logs')))
  assert.equal(await dispatch(), ErrorCode.KAFKA_STORAGE_ERROR)
})

test('a bug ends the broker', async () => {
  const bug = new AssertionError('two leaders')
  const { dispatch, failures } = setUp(() => Promise.reject(bug))
  await assert.rejects(dispatch, InvalidRequestError)
  assert.deepEqual(failures, [bug])
})

test('whoever asked to be told when the answer is sent is told, also when there is none', async () => {
  let sent = 0
  const { dispatcher, dispatch } = setUp((_services, request, context) => {
    context.onSent(() => sent++)
    context.onSent(() => sent++)
    return request.groupId === 'g' ? { errorCode: 0 } : null
  })
  await dispatch()
  const body = Heartbeat.request.encodeContiguous(heartbeat, 4)
  const result = await dispatcher.dispatch(requestOf(Heartbeat.key, 4, body))
  assert.equal(sent, 0)
  result?.sent?.()
  assert.equal(sent, 2)
  const other = Heartbeat.request.encodeContiguous({ ...heartbeat, groupId: 'none' }, 4)
  assert.equal(await dispatcher.dispatch(requestOf(Heartbeat.key, 4, other)), null)
  assert.equal(sent, 4)
})

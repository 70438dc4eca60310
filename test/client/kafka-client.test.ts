import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ClientError } from '../../src/client/client-error.ts'
import { KafkaClient, type KafkaClientOptions } from '../../src/client/kafka-client.ts'
import { NodeClock } from '../../src/platform/node-clock.ts'
import { TcpTransport } from '../../src/platform/tcp-transport.ts'
import { DescribeQuorum } from '../../src/protocol/apis/describe-quorum.ts'
import { FetchSnapshot } from '../../src/protocol/apis/fetch-snapshot.ts'
import { ErrorCode } from '../../src/protocol/errors.ts'
import { startTestBroker } from '../support/test-broker.ts'

function clientOf(port: number, options: Partial<KafkaClientOptions> = {}): KafkaClient {
  return new KafkaClient(new TcpTransport(), new NodeClock(), {
    bootstrapServers: [{ host: '127.0.0.1', port }],
    clientId: 'test',
    requestTimeoutMs: 10_000,
    apiTimeoutMs: 10_000,
    ...options,
  })
}

const refused = (code: number) => (error: unknown) => error instanceof ClientError && error.code === code

describe('a client of a cluster', () => {
  it('finds topics, brokers and coordinators', async t => {
    const broker = await startTestBroker(t)
    await broker.createTopic('orders', { partitions: 2 })
    const client = clientOf(broker.port)
    t.after(() => client.close())
    const { topics } = await client.metadata(['orders', 'missing'])
    assert.deepEqual(
      topics.map(({ name, errorCode, partitions }) => [name, errorCode, partitions.length]),
      [
        ['orders', 0, 2],
        ['missing', ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, 0],
      ],
    )
    const [nodeId] = await client.brokerIds()
    const connection = await client.broker(nodeId!)
    assert.equal((await connection.send(DescribeQuorum, { topics: [] })).errorCode, 0)
    assert.equal(await client.coordinator('group', 'g'), connection)
  })

  it('says which broker the cluster does not have', async t => {
    const broker = await startTestBroker(t)
    const client = clientOf(broker.port)
    t.after(() => client.close())
    await assert.rejects(client.broker(77), refused(ErrorCode.BROKER_NOT_AVAILABLE))
  })

  it('refuses an API that the broker does not have', async t => {
    const broker = await startTestBroker(t)
    const client = clientOf(broker.port)
    t.after(() => client.close())
    await assert.rejects(client.ask(FetchSnapshot, { topics: [] }), refused(ErrorCode.UNSUPPORTED_VERSION))
  })

  it('goes to the next bootstrap server where the first cannot be reached', async t => {
    const broker = await startTestBroker(t)
    const gone = await startTestBroker(t)
    const bootstrapServers = [gone.port, broker.port].map(port => ({ host: '127.0.0.1', port }))
    await gone.server.stop()
    const client = clientOf(0, { bootstrapServers })
    t.after(() => client.close())
    assert.equal((await client.any()).address.port, broker.port)
  })

  it('tells once that nobody can be reached, and gives up in the end', async t => {
    const gone = await startTestBroker(t)
    await gone.server.stop()
    const told: ClientError[] = []
    const client = clientOf(gone.port, { apiTimeoutMs: 250, unreachable: error => told.push(error) })
    await assert.rejects(client.any(), refused(ErrorCode.NETWORK_EXCEPTION))
    assert.equal(told.length, 1)
  })

  it('opens a new connection where the broker has closed the old one', async t => {
    const broker = await startTestBroker(t)
    const client = clientOf(broker.port)
    t.after(() => client.close())
    const connection = await client.any()
    connection.close()
    assert.notEqual(await client.any(), connection)
  })
})

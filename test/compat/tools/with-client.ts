import { KafkaClient } from '../../../src/client/kafka-client.ts'
import { NodeClock } from '../../../src/platform/node-clock.ts'
import { TcpTransport } from '../../../src/platform/tcp-transport.ts'
import type { TestBroker } from '../../support/test-broker.ts'

/** Does something through a client of the broker, which is closed afterwards. */
export async function withClient<Result>(
  broker: TestBroker,
  act: (client: KafkaClient) => Promise<Result>,
): Promise<Result> {
  const client = new KafkaClient(new TcpTransport(), new NodeClock(), {
    bootstrapServers: [{ host: '127.0.0.1', port: broker.port }],
    clientId: 'reader',
    requestTimeoutMs: 10_000,
    apiTimeoutMs: 10_000,
  })
  try {
    return await act(client)
  } finally {
    await client.close()
  }
}

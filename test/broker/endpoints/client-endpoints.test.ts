import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Asking, ClientEndpoints } from '../../../src/broker/endpoints/client-endpoints.ts'
import type { HostAndPort } from '../../../src/broker/endpoints/hosts.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { placeIn } from '../../../src/platform/surroundings.ts'

const facts = { ownAddresses: ['127.0.0.1/8', '172.18.0.2/16'], gateways: ['172.18.0.1'], hostNetworks: [] }

/** A broker in a container, and the lines it has written. */
function container(
  properties: Readonly<Record<string, string>>,
  lookUp = async (_host: string): Promise<string[]> => [],
) {
  const { config } = loadConfig(new Map(Object.entries(properties)))
  const lines: string[] = []
  const endpoints = new ClientEndpoints({
    nodeId: 1,
    listeners: config.listeners,
    isConfigured: config.get('advertised.listeners') !== null,
    surroundings: { isContainer: true, placeOf: address => placeIn(facts, address), lookUp },
    isRefused: async () => false,
    logger: { isEnabled: () => true, debug() {}, info() {}, warn: line => void lines.push(line), error() {} },
  })
  return { endpoints, lines }
}

const asking = (remoteAddress: string, change: Partial<Asking['connection']> = {}): Asking => ({
  clientId: 'app',
  connection: {
    listenerName: 'PLAINTEXT',
    localAddress: '172.18.0.2',
    localPort: 9092,
    remoteAddress,
    remotePort: 40_000,
    ...change,
  },
})
const own = { id: 1, host: '5f0c1d2e3a4b', port: 9092 }
const localhost: HostAndPort = { host: 'localhost', port: 9092 }

describe('where a client is told that brokers are', () => {
  const onEveryInterface = ['PLAINTEXT://:9092', 'PLAINTEXT://0.0.0.0:9092', 'PLAINTEXT://[::]:9092']
  for (const listeners of onEveryInterface) {
    it(`follows from its connection with ${listeners} and nothing advertised`, () => {
      const { endpoints } = container({ listeners })
      const hostFor = (remoteAddress: string, localAddress = '172.18.0.2') =>
        endpoints.nodeFor(own, asking(remoteAddress, { localAddress }).connection)
      assert.deepEqual(hostFor('172.18.0.7'), { ...own, host: '172.18.0.2' })
      assert.deepEqual(hostFor('172.18.0.1'), { ...own, host: 'localhost' })
      assert.deepEqual(hostFor('127.0.0.1', '127.0.0.1'), { ...own, host: '127.0.0.1' })
      assert.deepEqual(hostFor('203.0.113.5'), { ...own, host: '172.18.0.2' })
    })
  }

  it('follows from the port, too, where the system chose it', () => {
    const { endpoints } = container({ listeners: 'PLAINTEXT://:0' })
    const { connection } = asking('172.18.0.7', { localPort: 40_123 })
    assert.deepEqual(endpoints.nodeFor({ ...own, port: 0 }, connection), { id: 1, host: '172.18.0.2', port: 40_123 })
  })

  it('is what was configured, to the letter, and what others have registered', () => {
    const configured = container({ listeners: 'PLAINTEXT://:9092', 'advertised.listeners': 'PLAINTEXT://kafka:9092' })
    const { connection } = asking('172.18.0.1')
    assert.equal(configured.endpoints.nodeFor(own, connection), own)
    assert.equal(container({ listeners: 'PLAINTEXT://172.18.0.2:9092' }).endpoints.nodeFor(own, connection), own)
    const other = { ...own, id: 2 }
    assert.equal(container({ listeners: 'PLAINTEXT://:9092' }).endpoints.nodeFor(other, connection), other)
  })
})

describe('a client that is told what it cannot reach', () => {
  const twoListeners = {
    listeners: 'INSIDE://:29092,PLAINTEXT://:9092',
    'advertised.listeners': 'INSIDE://kafka:29092,PLAINTEXT://localhost:9092',
    'listener.security.protocol.map': 'INSIDE:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'inter.broker.listener.name': 'INSIDE',
  }
  const onlyLocalhost = { listeners: 'PLAINTEXT://:9092', 'advertised.listeners': 'PLAINTEXT://localhost:9092' }

  it('is named in one line, with what it was told and what to set', () => {
    const { endpoints, lines } = container(onlyLocalhost)
    endpoints.told([localhost], asking('172.18.0.7'))
    assert.deepEqual(lines, [
      'Client app at 172.18.0.7 came to 172.18.0.2:9092 (listener PLAINTEXT) and was told to go on at localhost:9092, ' +
        'which means itself to that client, and not this broker: set advertised.listeners (KAFKA_ADVERTISED_LISTENERS) to ' +
        'an address that it can reach, such as PLAINTEXT://172.18.0.2:9092. See "Why can\'t my client connect?" in ' +
        'docs/NETWORKING.md.',
    ])
  })

  it('is shown the listener that is meant for it, where there is one', async () => {
    const inside = container(twoListeners)
    inside.endpoints.told([localhost], asking('172.18.0.7'))
    assert.match(inside.lines[0]!, /let it connect to kafka:29092 \(listener INSIDE\), or set advertised\.listeners/)

    const outside = container(twoListeners, async () => ['172.18.0.2'])
    const came = asking('172.18.0.1', { listenerName: 'INSIDE', localPort: 29_092 })
    outside.endpoints.told([{ host: 'kafka', port: 29_092 }], came)
    await settled()
    assert.match(outside.lines[0]!, /told to go on at kafka:29092, a name of the container's network/)
    assert.match(outside.lines[0]!, /let it connect to localhost:9092 \(listener PLAINTEXT\)/)
    assert.match(outside.lines[0]!, /such as INSIDE:\/\/localhost:29092\./)
  })

  it('is named once for its network and for each address', () => {
    const { endpoints, lines } = container(onlyLocalhost)
    for (const remote of ['172.18.0.7', '172.18.0.7', '172.18.0.8', '172.18.0.9'])
      endpoints.told([localhost], asking(remote))
    assert.equal(lines.length, 1)
    endpoints.told([localhost], asking('172.18.9.7'))
    endpoints.told([{ host: '127.0.0.1', port: 9092 }], asking('172.18.0.7'))
    assert.equal(lines.length, 3)
  })

  it('is named only so often, however many networks there are', () => {
    const { endpoints, lines } = container(onlyLocalhost)
    for (let network = 0; network < 250; network++) endpoints.told([localhost], asking(`203.0.${network}.7`))
    assert.equal(lines.length, 64)
  })

  it('is not named where it is in this process, comes from the host, or was told what follows from its connection', async () => {
    const mapped = container(onlyLocalhost)
    mapped.endpoints.told([localhost], asking('172.18.0.7', { remotePort: 0 }))
    mapped.endpoints.told([localhost], asking('172.18.0.1'))
    mapped.endpoints.told([localhost], asking('127.0.0.1', { localAddress: '127.0.0.1' }))
    const derived = container({ listeners: 'PLAINTEXT://:9092' })
    derived.endpoints.told([localhost], asking('172.18.0.7'))
    await settled()
    assert.deepEqual([...mapped.lines, ...derived.lines], [])
  })
})

/** What was looked up is known, and what follows from it is done. */
const settled = () => new Promise(resolve => setImmediate(resolve))

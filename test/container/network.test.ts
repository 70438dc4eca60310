import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { freePorts } from '../support/kafka-node.ts'
import { skipWithout } from '../support/require.ts'
import { Container } from './support/container.ts'
import { docker } from './support/docker.ts'
import { ottlaImage } from './support/image.ts'
import { roundTrip, values } from './testcontainers/round-trip.ts'

const logPatienceMs = 10_000

/** A broker called `kafka` and another container on one network, removed at the end of the scope that holds them. */
class ContainerNetwork implements AsyncDisposable {
  /** The same inside and outside. */
  readonly port: number
  readonly broker: Container
  /** The broker's on the network. */
  readonly address: string
  readonly client: Container
  readonly #stack: AsyncDisposableStack

  private constructor(
    stack: AsyncDisposableStack,
    port: number,
    broker: Container,
    address: string,
    client: Container,
  ) {
    this.#stack = stack
    this.port = port
    this.broker = broker
    this.address = address
    this.client = client
  }

  static async start(environment: (port: number) => readonly string[]): Promise<ContainerNetwork> {
    await using stack = new AsyncDisposableStack()
    const image = await ottlaImage()
    const network = await docker('network', 'create', `ottla-test-${process.pid}-${performance.now()}`)
    stack.defer(() => docker('network', 'rm', network).then(() => {}))
    const [port] = (await freePorts(1)) as [number]
    const broker = stack.use(
      await Container.run(image, {
        port,
        options: [
          ...['--network', network, '--hostname', 'kafka', '--network-alias', 'kafka'],
          ...['--publish', `127.0.0.1:${port}:${port}`],
          ...environment(port).flatMap(variable => ['--env', variable]),
        ],
      }),
    )
    await broker.served()
    const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}'
    const address = await docker('inspect', '--format', format, broker.id)
    const options = ['--network', network, '--hostname', 'client', '--no-healthcheck']
    const client = stack.use(await Container.run(image, { options, command: ['sleep', '600'] }))
    return new ContainerNetwork(stack.move(), port, broker, address, client)
  }

  get inside(): string {
    return `kafka:${this.port}`
  }

  get outside(): string {
    return `localhost:${this.port}`
  }

  /** Where the other container is told that the broker is. */
  async toldInside(): Promise<string> {
    const versions = await this.client.shell(`kafka-broker-api-versions --bootstrap-server ${this.inside}`)
    return versions.slice(0, versions.indexOf(' '))
  }

  /** Lines that the broker has written about clients that are told what they cannot reach, when it is `count` of them. */
  async warnings(count: number): Promise<string[]> {
    const deadlineMs = performance.now() + logPatienceMs
    for (;;) {
      const lines = (await this.broker.logs()).split('\n').filter(line => / WARN .*was told to go on at/.test(line))
      if (lines.length >= count || performance.now() > deadlineMs) return lines
      await delay(50)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync()
  }
}

describe('a broker on a network of containers', {
  skip: skipWithout('docker'),
  timeout: 600_000,
  concurrency: 2,
}, () => {
  before(() => ottlaImage())

  it('that advertises nothing is reached from another container and from the host, each by the address it came to', async () => {
    await using network = await ContainerNetwork.start(port => [`KAFKA_LISTENERS=PLAINTEXT://:${port}`])
    assert.deepEqual(await roundTrip(network.outside), values)
    assert.equal(await network.toldInside(), `${network.address}:${network.port}`)
    const consume = `kafka-console-consumer --bootstrap-server ${network.inside} --topic orders --from-beginning --group inside`
    const consumed = await network.client.shell(`${consume} --max-messages ${values.length}`)
    assert.deepEqual(consumed.trim().split('\n'), values)
    assert.deepEqual(await network.warnings(0), [])
  })

  it('that advertises localhost says which other container was told that, once, and what to set', async () => {
    await using network = await ContainerNetwork.start(port => [
      `KAFKA_LISTENERS=PLAINTEXT://:${port}`,
      `KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://localhost:${port}`,
    ])
    assert.deepEqual(await roundTrip(network.outside), values)
    assert.deepEqual(await network.warnings(0), [], 'the host is told what it reaches')
    const list = `timeout 3 kafka-topics --bootstrap-server ${network.inside} --list`
    for (let times = 0; times < 2; times++) await network.client.exec('bash', '-c', list)
    const [line = '', ...others] = await network.warnings(1)
    assert.deepEqual(others, [])
    const address = network.address.replaceAll('.', '\\.')
    assert.match(
      line,
      new RegExp(`Client ottla-tool at [\\d.]+ came to ${address}:${network.port} \\(listener PLAINTEXT\\)`),
    )
    assert.match(line, new RegExp(`told to go on at localhost:${network.port}, which means itself to that client`))
    assert.match(line, new RegExp(`KAFKA_ADVERTISED_LISTENERS\\) .*such as PLAINTEXT://${address}:${network.port}\\.`))
  })

  it('that advertises its name on the network says that the host does not know it', async () => {
    await using network = await ContainerNetwork.start(port => [
      `KAFKA_LISTENERS=PLAINTEXT://:${port}`,
      `KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://kafka:${port}`,
    ])
    assert.equal(await network.toldInside(), network.inside)
    const [line = '', ...others] = await network.warnings(1)
    assert.deepEqual(others, [])
    assert.match(line, new RegExp(`told to go on at kafka:${network.port}, a name of the container's network`))
    assert.match(line, new RegExp(`such as PLAINTEXT://localhost:${network.port}\\.`))
  })

  it('with a listener for each side shows a client that comes by the wrong one the right one', async () => {
    await using network = await ContainerNetwork.start(port => [
      `KAFKA_LISTENERS=INSIDE://:29092,OUTSIDE://:${port}`,
      `KAFKA_ADVERTISED_LISTENERS=INSIDE://kafka:29092,OUTSIDE://localhost:${port}`,
      'KAFKA_LISTENER_SECURITY_PROTOCOL_MAP=INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT',
      'KAFKA_INTER_BROKER_LISTENER_NAME=INSIDE',
    ])
    assert.deepEqual(await roundTrip(network.outside), values)
    await network.client.shell('kafka-topics --bootstrap-server kafka:29092 --list')
    assert.deepEqual(await network.warnings(0), [])
    await network.client.exec('timeout', '3', 'kafka-topics', '--bootstrap-server', network.inside, '--list')
    const [line = ''] = await network.warnings(1)
    assert.match(line, /let it connect to kafka:29092 \(listener INSIDE\), or set advertised\.listeners/)
  })
})

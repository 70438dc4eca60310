import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { tools } from '../../src/cli/tools.ts'
import { startKafka } from '../support/kafka-node.ts'
import { skipWithout } from '../support/require.ts'
import { Container, type ContainerOptions } from './support/container.ts'
import { docker } from './support/docker.ts'
import { ottlaImage } from './support/image.ts'

const stopMsMax = 2000
const server = '--bootstrap-server localhost:9092'
const kafkaRun = '/etc/kafka/docker/run'
const confluentRun = '/etc/confluent/docker/run'

interface Health {
  readonly Status: string
  readonly Log: readonly { readonly Output: string }[]
}

describe('a container of the image', { skip: skipWithout('docker'), timeout: 600_000 }, () => {
  let image: string
  before(async () => {
    image = await ottlaImage()
  })
  const run = (options: ContainerOptions = {}) => Container.run(image, options)

  /** Runs until the container ends by itself. */
  async function refused(options: ContainerOptions): Promise<string> {
    await using container = await run(options)
    assert.equal(await container.exitCode(), 1, await container.logs())
    return await container.logs()
  }

  it('serves without any configuration, says so as Kafka does, and stops within two seconds', async test => {
    const startedMs = performance.now()
    await using container = await run()
    await container.served()
    test.diagnostic(`docker run to Metadata served: ${Math.round(performance.now() - startedMs)} ms`)
    const logs = await container.logs()
    const expected = [
      /^===> User\nuid=1000\(appuser\)/m,
      /^CLUSTER_ID not set\. Setting it to default value: "5L6g3nShT-eMCtK--X86sw"$/m,
      /^===> Configuring \.\.\.$/m,
      /^===> Launching \.\.\. $/m,
      /Transitioning from RECOVERY to RUNNING/,
      /\[KafkaServer id=1\] started/,
      /Kafka Server started/,
    ]
    for (const line of expected) assert.match(logs, line)
    assert.doesNotMatch(logs, / (WARN|ERROR|FATAL) /)
    assert.match((await container.exec('cat', '/proc/1/comm')).stdout, /^(node|MainThread)/)
    const stoppingMs = performance.now()
    await docker('stop', container.id)
    const stopMs = performance.now() - stoppingMs
    test.diagnostic(`docker stop: ${Math.round(stopMs)} ms`)
    assert.ok(stopMs <= stopMsMax, `${stopMs} ms`)
    assert.equal(await container.exitCode(), 0)
  })

  it('starts in less time than a JVM without a container', { skip: skipWithout('java') }, async test => {
    const startingMs = performance.now()
    await using container = await run()
    await container.served()
    const containerMs = performance.now() - startingMs
    const jvmStartingMs = performance.now()
    // As Kafka's own script starts it, but for the size of its heap.
    const kafka = await startKafka({ classDataArchive: false, jvmArgs: ['-Xmx512m', '-server', '-XX:+UseG1GC'] })
    const jvmMs = performance.now() - jvmStartingMs
    await kafka.stop()
    test.diagnostic(`to Metadata served: docker run ${Math.round(containerMs)} ms, a JVM ${Math.round(jvmMs)} ms`)
    assert.ok(containerMs < jvmMs)
  })

  it("has Kafka's commands, by name, with .sh and below /opt/kafka/bin", async () => {
    await using container = await run()
    await container.served()
    const names = tools.map(({ kafkaName }) => kafkaName)
    const script = [
      `for c in ${names.join(' ')} kafka-server-start kafka-server-stop; do`,
      '  for path in "$(command -v "$c")" "$(command -v "$c.sh")" "/opt/kafka/bin/$c.sh"; do',
      '    [ -x "$path" ] || echo "$c is not in $path"',
      '  done',
      'done',
      'for c in kafka-topics kafka-topics.sh /opt/kafka/bin/kafka-topics.sh; do $c --version; done',
    ].join('\n')
    assert.match(await container.shell(script), /^(4\.\d+\.\d+\n){3}$/)
    assert.match(await container.shell('kafka-storage random-uuid'), /^[\w-]{22}\n$/)
    await container.shell(`kafka-topics ${server} --create --topic orders --partitions 3`)
    assert.equal(await container.shell(`/opt/kafka/bin/kafka-topics.sh ${server} --list`), 'orders\n')
    await container.shell(`kafka-console-producer ${server} --topic orders`, 'one\ntwo\n')
    const consume = `kafka-console-consumer ${server} --topic orders --from-beginning --max-messages 2`
    assert.deepEqual((await container.shell(consume)).trim().split('\n').sort(), ['one', 'two'])
    const stopping = container.exitCode()
    await container.shell('kafka-server-stop')
    assert.equal(await stopping, 0)
  })

  it('becomes healthy, stays so, and is not when the broker no longer answers', async () => {
    await using container = await run({
      options: [
        '--health-interval',
        '500ms',
        '--health-timeout',
        '2s',
        '--health-retries',
        '2',
        '--health-start-period',
        '0',
      ],
    })
    const says = async (status: string, last: RegExp) => {
      const deadlineMs = performance.now() + 60_000
      for (;;) {
        const state = JSON.parse(await docker('inspect', '--format', '{{json .State.Health}}', container.id)) as Health
        if (state.Status === status && last.test(state.Log.at(-1)?.Output ?? '')) return
        assert.ok(performance.now() < deadlineMs, `${JSON.stringify(state)}: ${await container.logs()}`)
        await delay(100)
      }
    }
    // By Node.js at first, then by bash alone.
    await says('healthy', /^localhost:9092 is healthy\n$/)
    // The port stays open.
    await docker('kill', '--signal', 'STOP', container.id)
    await says('unhealthy', /./)
    await docker('kill', '--signal', 'CONT', container.id)
    await says('healthy', /^localhost:9092 is healthy\n$/)
  })

  it('keeps everything on a volume, whoever comes back to it', async () => {
    const volume = await docker('volume', 'create')
    try {
      const options = ['--volume', `${volume}:/var/lib/kafka/data`, '--env', 'KAFKA_LOG_DIRS=/var/lib/kafka/data']
      {
        await using first = await run({ options: [...options, '--env', 'CLUSTER_ID=4L6g3nShT-eMCtK--X86sw'] })
        await first.served()
        await first.shell(`kafka-topics ${server} --create --topic kept --config retention.ms=86400000`)
        await first.shell(`kafka-console-producer ${server} --topic kept`, 'one\n')
        await first.shell(
          `kafka-console-consumer ${server} --topic kept --group readers --from-beginning --max-messages 1`,
        )
        await docker('restart', first.id)
        await first.served()
        assert.equal(await first.shell(`kafka-topics ${server} --list`), '__consumer_offsets\nkept\n')
      }
      // Another cluster id says nothing to directories that are formatted.
      await using second = await run({ options: [...options, '--env', 'CLUSTER_ID=5L6g3nShT-eMCtK--X86sw'] })
      await second.served()
      const records = await second.shell(
        `kafka-console-consumer ${server} --topic kept --from-beginning --max-messages 1`,
      )
      assert.equal(records, 'one\n')
      assert.match(await second.shell(`kafka-topics ${server} --describe --topic kept`), /retention\.ms=86400000/)
      assert.match(await second.shell(`kafka-consumer-groups ${server} --describe --group readers`), /kept +0 +1 +1 +0/)
      assert.match(await second.shell(`kafka-cluster cluster-id ${server}`), /4L6g3nShT-eMCtK--X86sw/)
    } finally {
      await docker('volume', 'rm', '--force', volume)
    }
  })

  it('needs no root file system that it can write to', async () => {
    const readOnly = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges']
    const onVolume = ['--env', 'KAFKA_LOG_DIRS=/var/lib/kafka/data']
    for (const options of [
      [...readOnly, ...onVolume],
      [...readOnly, '--tmpfs', '/tmp'],
    ]) {
      await using container = await run({ options })
      await container.served()
      await container.shell(`kafka-topics ${server} --create --topic orders && kafka-topics ${server} --list`)
    }
    await using confluent = await run({ options: [...readOnly, ...onVolume], command: [confluentRun] })
    await confluent.served()
  })

  it('runs as any user of group 0', async () => {
    await using container = await run({ options: ['--user', '12345:0'] })
    await container.served()
    await using confluent = await run({ options: ['--user', '12345:0'], command: [confluentRun] })
    await confluent.served()
  })

  it('takes arguments as environment, and shows what its scripts do', async () => {
    for (const script of [kafkaRun, confluentRun]) {
      await using container = await run({
        command: [script, 'KAFKA_NUM_PARTITIONS=7', 'TRACE=true', 'KAFKA_BROKER_RACK=a b'],
        options: ['--env', 'KAFKA_NUM_PARTITIONS=2', '--env', 'TRACE=true'],
      })
      await container.served()
      const logs = await container.logs()
      assert.match(logs, /^===> Overriding env params with args \.\.\.$/m)
      assert.match(logs, /^\++ ottla configure-image --layout/m)
      const described = await container.shell(
        `kafka-configs ${server} --entity-type brokers --entity-name 1 --describe --all`,
      )
      assert.match(described, /^ {2}num\.partitions=7 /m)
      assert.match(described, /^ {2}broker\.rack=a b /m)
    }
  })

  it('reads the properties that are mounted, and the environment after them', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'ottla-mounted-'))
    try {
      const lines = [
        'listeners=PLAINTEXT://:19092',
        'num.partitions=2',
        'log.dirs=/tmp/mounted',
        'default.replication.factor=1',
      ]
      await writeFile(join(directory, 'server.properties'), `${lines.join('\n')}`, { mode: 0o644 })
      await chmod(directory, 0o755)
      await using container = await run({
        options: ['--volume', `${directory}:/mnt/shared/config:ro`, '--env', 'KAFKA_NUM_PARTITIONS=5'],
        port: 19092,
      })
      await container.served()
      const final = await container.shell('cat /opt/kafka/config/server.properties')
      assert.equal(final, `${lines.join('\n')}\nnum.partitions=5\n`)
      await container.shell('ls /tmp/mounted/meta.properties')
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  it('logs as much as it is asked to', async () => {
    const ofKafka = 'KAFKA_LOG4J_LOGGERS=kafka=ERROR,org.apache.kafka=ERROR'
    await using quiet = await run({ options: ['--env', 'KAFKA_LOG4J_ROOT_LOGLEVEL=ERROR', '--env', ofKafka] })
    await quiet.served()
    assert.doesNotMatch(await quiet.logs(), / INFO /)
    const loggers = 'KAFKA_LOG4J_LOGGERS=kafka.server.KafkaRaftServer=INFO,kafka.network=WARN'
    await using chosen = await run({ options: ['--env', 'KAFKA_LOG4J_ROOT_LOGLEVEL=WARN', '--env', loggers] })
    await chosen.served()
    assert.match(await chosen.logs(), / INFO .*Kafka Server started/)
    assert.doesNotMatch(await chosen.logs(), / INFO .*kafka\.network/)
  })

  it('takes levels from a mounted configuration of log4j, and keeps the lines that others wait for', async () => {
    await using loud = await run({ options: ['--env', 'KAFKA_LOG4J_ROOT_LOGLEVEL=ERROR'] })
    await loud.served()
    assert.match(await loud.logs(), / INFO .*Kafka Server started/)
    const directory = await mkdtemp(join(tmpdir(), 'ottla-test-'))
    try {
      const file = join(directory, 'log4j2.yaml')
      await writeFile(file, 'Configuration: { Loggers: { Root: { level: ERROR } } }\n')
      await chmod(directory, 0o755)
      for (const [target, environment] of [
        ['/mnt/shared/config/log4j2.yaml', []],
        ['/x.yaml', ['--env', 'KAFKA_LOG4J_OPTS=-Dlog4j2.configurationFile=file:/x.yaml']],
      ] as const) {
        await using quiet = await run({ options: ['--volume', `${file}:${target}:ro`, ...environment] })
        await quiet.served()
        assert.doesNotMatch(await quiet.logs(), / INFO /)
      }
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  it('shows on a terminal too what others wait for, whatever is said to a JVM', async () => {
    const ofJvm = [
      ...['KAFKA_HEAP_OPTS=-Xmx256M -Xms256M', 'KAFKA_JVM_PERFORMANCE_OPTS=-XX:+UseZGC', 'KAFKA_GC_LOG_OPTS=-Xlog:gc'],
      ...['KAFKA_JMX_PORT=9101', 'KAFKA_JMX_HOSTNAME=localhost', 'KAFKA_LOG4J_ROOT_LOGLEVEL='],
      'KAFKA_OPTS=-Djava.security.auth.login.config=/etc/kafka/secrets/jaas.conf',
    ].flatMap(variable => ['--env', variable])
    for (const script of [kafkaRun, confluentRun]) {
      await using container = await run({ options: ['--tty', ...ofJvm], command: [script] })
      await container.served()
      const logs = await container.logs()
      assert.match(logs, /Kafka Server started/)
      assert.equal(logs.match(/The JAAS file that KAFKA_OPTS names has no effect/g)?.length, 1)
      assert.equal(logs.match(/KAFKA_JMX_PORT has no effect/g)?.length, 1)
      assert.doesNotMatch(logs, / (WARN|ERROR|FATAL) /)
    }
  })

  const refusals: [what: string, environment: readonly string[], message: RegExp][] = [
    [
      'advertised listeners of a controller',
      ['KAFKA_PROCESS_ROLES=controller', 'KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://a:1'],
      /^KAFKA_ADVERTISED_LISTENERS is not supported on a KRaft controller\.$/m,
    ],
    [
      'an encrypted listener without its key store',
      ['KAFKA_ADVERTISED_LISTENERS=SSL://localhost:9093'],
      /^KAFKA_SSL_KEYSTORE_FILENAME environment variable not set$/m,
    ],
    [
      'a key store that is not there',
      ['KAFKA_ADVERTISED_LISTENERS=SSL://localhost:9093', 'KAFKA_SSL_KEYSTORE_FILENAME=no.jks'],
      /^\/etc\/kafka\/secrets\/no\.jks file does not exist$/m,
    ],
    [
      'SASL without a JAAS file',
      ['KAFKA_ADVERTISED_LISTENERS=SASL_PLAINTEXT://localhost:9093'],
      /^KAFKA_OPTS environment variable not set$/m,
    ],
    [
      'a listener with SASL, which it cannot serve',
      [
        'KAFKA_ADVERTISED_LISTENERS=SASL_PLAINTEXT://localhost:9093',
        'KAFKA_OPTS=-Djava.security.auth.login.config=/etc/kafka/secrets/jaas.conf',
      ],
      /SASL_PLAINTEXT/,
    ],
    ['a level that there is not', ['KAFKA_LOG4J_ROOT_LOGLEVEL=LOUD'], /KAFKA_LOG4J_ROOT_LOGLEVEL/],
    ['a bad value', ['KAFKA_NUM_PARTITIONS=many'], /num\.partitions/],
  ]
  for (const [what, environment, message] of refusals) {
    it(`refuses ${what}, saying why`, async () => {
      const options = environment.flatMap(variable => ['--env', variable])
      assert.match(await refused({ options }), message)
      assert.match(await refused({ options, command: [confluentRun] }), message)
    })
  }
})

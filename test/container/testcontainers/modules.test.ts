import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { KafkaContainer } from '@testcontainers/kafka'
import { cached, java, javac, resolveJars, shortLivedJvmArgs } from '../../support/java.ts'
import { skipWithout } from '../../support/require.ts'
import { ottlaImages } from '../support/image.ts'
import { roundTrip, values } from './round-trip.ts'

const run = promisify(execFile)
const here = fileURLToPath(new URL('.', import.meta.url))
const programMinutesMax = 3

/** Each module's container is that of Kafka's or Confluent's image, but for the name: nothing is set for Ottla's sake. */
describe("Testcontainers' modules for Kafka start the image", { skip: skipWithout('docker') }, () => {
  let apache: string
  let confluent: string
  before(async () => {
    // Inside of a container Testcontainers for Java would ask an image from the Internet what the host is.
    if (isEngineHere()) process.env['TESTCONTAINERS_HOST_OVERRIDE'] ??= 'localhost'
    const images = await ottlaImages()
    apache = images.kafka
    confluent = images.confluent
  })

  it('@testcontainers/kafka for Node.js', async () => {
    await using kafka = await new KafkaContainer(confluent).start()
    assert.deepEqual(await roundTrip(`${kafka.getHost()}:${kafka.getMappedPort(9093)}`), values)
  })

  it('org.testcontainers:kafka for Java, both of its modules', { skip: skipWithout('java') }, async () => {
    const jars = await resolveJars('testcontainers')
    const classPath = [...jars, await javac([join(here, 'java/StartKafka.java')], jars)]
    const { code, stdout, stderr } = await java({
      ...{ classPath, mainClass: 'StartKafka', args: [apache, confluent], jvmArgs: shortLivedJvmArgs },
      timeoutMs: programMinutesMax * 60_000,
    })
    assert.equal(code, 0, stderr)
    assert.deepEqual(stdout.trim().split('\n'), [
      `KafkaContainer ${values.join(',')}`,
      'network [orders]',
      `ConfluentKafkaContainer ${values.join(',')}`,
    ])
  })

  it('modules/kafka of testcontainers-go', { skip: skipWithout('go') }, async () => {
    const { stdout } = await program(await goProgram(), [confluent])
    assert.equal(stdout, `kafka.Run ${values.join(',')}\n`)
  })

  it('testcontainers[kafka] for Python', { skip: skipWithout('python') }, async () => {
    const python = join(await pythonEnvironment(), 'bin/python')
    const { stdout } = await program(python, [join(here, 'python/start_kafka.py'), confluent])
    assert.equal(stdout, `KRaft ${values.join(',')}\nZooKeeper ${values.join(',')}\n`)
  })
})

function isEngineHere(): boolean {
  return (process.env['DOCKER_HOST'] ?? 'unix:').startsWith('unix:')
}

function program(file: string, args: readonly string[]): Promise<{ stdout: string }> {
  return run(file, args, { timeout: programMinutesMax * 60_000 })
}

async function goProgram(): Promise<string> {
  const sources = ['go.mod', 'go.sum', 'main.go'].map(name => readFileSync(join(here, 'go', name), 'utf8'))
  const { stdout: version } = await run('go', ['version'])
  const directory = await cached('go-testcontainers', [...sources, version], async into => {
    await run('go', ['build', '-buildvcs=false', '-o', join(into, 'start-kafka'), '.'], { cwd: join(here, 'go') })
  })
  return join(directory, 'start-kafka')
}

async function pythonEnvironment(): Promise<string> {
  const requirements = join(here, 'python/requirements.txt')
  const { stdout: version } = await run('python3', ['--version'])
  return cached('python-testcontainers', [readFileSync(requirements, 'utf8'), version], async directory => {
    await run('python3', ['-m', 'venv', directory])
    await run(join(directory, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '-r', requirements])
  })
}

import assert from 'node:assert/strict'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { skipWithout } from '../support/require.ts'
import { type Shape, shapes } from './shapes.ts'
import { ComposeProject, withoutFixedNames } from './support/compose.ts'
import { ottlaImage, ottlaImages } from './support/image.ts'

/** Most of the time is waiting: for health checks, which begin after a second, and for the compose client. */
const shapesAtOnce = 3

const folder = fileURLToPath(new URL('shapes', import.meta.url))
const examples = fileURLToPath(new URL('../../examples', import.meta.url))

describe('a compose file of which nothing but the image is changed', {
  skip: skipWithout('docker', 'docker-compose'),
  timeout: 600_000,
  concurrency: shapesAtOnce,
}, () => {
  let images: Awaited<ReturnType<typeof ottlaImages>>
  before(async () => {
    images = await ottlaImages()
  })

  for (const shape of shapes) {
    it(`works: ${shape.what}`, async () => {
      const directory = await mkdtemp(join(tmpdir(), 'ottla-shape-'))
      try {
        await cp(folder, directory, { recursive: true })
        const file = join(directory, `${shape.file}.yaml`)
        const text = await withoutFixedNames(file)
        await writeFile(
          file,
          text
            .replace(/image: apache\/.+/g, `image: ${images.kafka}`)
            .replace(/image: confluentinc\/.+/g, `image: ${images.confluent}`),
        )
        await using project = new ComposeProject(file, directory)
        await project.up()
        await check(project, shape)
      } finally {
        await rm(directory, { recursive: true })
      }
    })
  }
})

describe('the compose files of examples/', {
  skip: skipWithout('docker', 'docker-compose'),
  timeout: 600_000,
  concurrency: shapesAtOnce,
}, () => {
  const server = ['--bootstrap-server', 'kafka:9092']

  async function example(name: string): Promise<ComposeProject> {
    const original = join(examples, name, 'compose.yaml')
    const file = join(await mkdtemp(join(tmpdir(), 'ottla-example-')), 'compose.yaml')
    await writeFile(file, await withoutFixedNames(original))
    const project = new ComposeProject(file, dirname(original), { OTTLA_IMAGE: await ottlaImage() })
    await project.up()
    await project.healthy('kafka')
    return project
  }

  it('one-node keeps what it stores when its container is another', async () => {
    await using project = await example('one-node')
    await project.exec('kafka', 'kafka-topics', ...server, '--create', '--topic', 'kept')
    await project.replace('kafka')
    await project.healthy('kafka')
    assert.equal(await project.exec('kafka', 'kafka-topics', ...server, '--list'), 'kept')
  })

  it('seed is healthy once all of it is there', async () => {
    await using project = await example('seed')
    assert.equal(await project.ended('application'), 0, await project.logs('application'))
    const lines = (await project.logs('application')).split('\n').sort()
    assert.deepEqual(lines, ['{"total":12.5}', '{"total":31}', '{"total":7}'])
    const groups = await project.exec(
      'kafka',
      'kafka-consumer-groups',
      ...server,
      '--describe',
      '--offsets',
      '--group',
      'billing',
    )
    assert.match(groups, /^billing +orders/m)
  })

  it('listeners tells each client the name that is meant for it', async () => {
    await using project = await example('listeners')
    assert.equal(await project.ended('application'), 0)
    assert.match(await project.logs('application'), /^kafka:9092 \(id: 1 /)
    const external = await project.exec('kafka', 'kafka-broker-api-versions', '--bootstrap-server', 'localhost:29092')
    assert.match(external, /^localhost:29092 \(id: 1 /)
  })
})

async function check(project: ComposeProject, shape: Shape): Promise<void> {
  const { broker } = shape
  await project.healthy(broker)
  if (shape.ends !== undefined) {
    assert.equal(await project.ended(shape.ends.service), 0, await project.logs(shape.ends.service))
    const printed = await project.logs(shape.ends.service)
    assert.ok(printed.includes(shape.ends.prints), printed)
  }
  for (const [bootstrapServer, advertised] of shape.told) {
    const versions = await project.exec(broker, 'kafka-broker-api-versions', '--bootstrap-server', bootstrapServer)
    assert.ok(versions.startsWith(`${advertised} (id: `), versions.slice(0, 200))
  }
  const [bootstrapServer] = shape.told[0]!
  const server = ['--bootstrap-server', bootstrapServer]
  for (const [key, value] of Object.entries(shape.configs ?? {})) {
    const described = await project.exec(
      broker,
      'kafka-configs',
      ...server,
      '--entity-type',
      'brokers',
      '--describe',
      '--all',
    )
    assert.ok(described.includes(`\n  ${key}=${value} `), described)
  }
  await project.exec(broker, 'ls', shape.stores)
  if (shape.clusterId !== undefined) {
    assert.equal(await project.exec(broker, 'kafka-cluster', 'cluster-id', ...server), `Cluster ID: ${shape.clusterId}`)
  }
  const round = [
    `kafka-topics ${server.join(' ')} --create --if-not-exists --topic checked`,
    `echo record | kafka-console-producer ${server.join(' ')} --topic checked`,
    `kafka-console-consumer ${server.join(' ')} --topic checked --group readers --from-beginning --max-messages 1`,
  ]
  assert.match(await project.exec(broker, 'bash', '-c', round.join(' && ')), /^record$/m)
}

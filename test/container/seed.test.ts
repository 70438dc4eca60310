import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { skipWithout } from '../support/require.ts'
import { Container } from './support/container.ts'
import { docker } from './support/docker.ts'
import { ottlaImage } from './support/image.ts'

const healthPatienceMs = 60_000
const server = '--bootstrap-server localhost:9092'
const scripts = ['/etc/kafka/docker/run', '/etc/confluent/docker/run']

/** Runs a container on a folder of these files, mounted at `/etc/ottla`. */
async function withFiles<Result>(
  files: Readonly<Record<string, string>>,
  use: (mount: readonly string[]) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-seed-'))
  try {
    await chmod(directory, 0o755)
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
    return await use(['--volume', `${directory}:/etc/ottla:ro`])
  } finally {
    await rm(directory, { recursive: true })
  }
}

describe('a container with a seed', { skip: skipWithout('docker'), timeout: 600_000 }, () => {
  let image: string
  before(async () => {
    image = await ottlaImage()
  })

  it('is healthy once all of it is there, and applies nothing twice', async () => {
    const count = 20_000
    const files = {
      'seed.yaml': `topics:
  - name: orders
    partitions: 3
    records:
      - file: orders.ndjson
groups:
  - id: billing
    offsets:
      - { topic: orders, offset: latest }
`,
      'orders.ndjson': Array.from({ length: count }, (_, id) => `{"key":"${id}","value":{"id":${id}}}\n`).join(''),
    }
    await withFiles(files, async mount => {
      const options = [...mount, '--env', 'KAFKA_CREATE_TOPICS=clicks:2:1:compact', '--health-interval', '100ms']
      await using container = await Container.run(image, { options })
      await healthy(container)
      const offsets = `kafka-get-offsets ${server} --topic orders | awk -F: '{ sum += $3 } END { print sum }'`
      assert.equal(await container.shell(offsets), `${count}\n`)
      const group = await container.shell(`kafka-consumer-groups ${server} --describe --group billing`)
      assert.equal(group.match(/^billing +orders +\d +(\d+) +\1 +0 /gm)?.length, 3, group)
      const clicks = await container.shell(`kafka-topics ${server} --describe --topic clicks`)
      assert.match(clicks, /PartitionCount: 2\s.*cleanup\.policy=compact/)
      await docker('restart', container.id)
      await container.served()
      assert.equal(await container.shell(offsets), `${count}\n`)
    })
  })

  it('that is wrong does not start, and names file, line and field', async () => {
    const files = { 'seed.yaml': 'topics:\n  - name: orders\n    partitions: 0\n    replicas: 1\n' }
    await withFiles(files, async options => {
      for (const script of scripts) {
        await using container = await Container.run(image, { options, command: [script] })
        assert.equal(await container.exitCode(), 1)
        const logs = await container.logs()
        assert.match(logs, /\/etc\/ottla\/seed\.yaml:3: topics\[0\]\.partitions: must be a whole number/)
        assert.match(logs, /\/etc\/ottla\/seed\.yaml:4: topics\[0\]\.replicas: unknown field/)
        assert.doesNotMatch(logs, /Kafka Server started|\n {4}at /)
      }
    })
    await using container = await Container.run(image, { options: ['--env', 'KAFKA_CREATE_TOPICS=orders:none'] })
    assert.equal(await container.exitCode(), 1)
    assert.match(await container.logs(), /KAFKA_CREATE_TOPICS/)
  })
})

async function healthy(container: Container): Promise<void> {
  const deadlineMs = performance.now() + healthPatienceMs
  while ((await docker('inspect', '--format', '{{.State.Health.Status}}', container.id)) !== 'healthy') {
    assert.ok(performance.now() < deadlineMs && (await container.isRunning()), await container.logs())
    await delay(50)
  }
}

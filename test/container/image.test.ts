import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { skipWithout } from '../support/require.ts'
import { docker } from './support/docker.ts'
import { ottlaImage } from './support/image.ts'
import { compressedBytes } from './support/image-size.ts'

const compressedBytesMax = 85e6
const bytesMax = 230e6

interface Configuration {
  readonly User: string
  readonly Cmd: readonly string[]
  readonly Entrypoint: readonly string[] | null
  readonly ExposedPorts: object
  readonly Volumes: object
  readonly Labels: Readonly<Record<string, string>>
  readonly Healthcheck: { readonly Test: readonly string[] }
}

describe('the image', { skip: skipWithout('docker'), timeout: 600_000 }, () => {
  let image: string
  before(async () => {
    image = await ottlaImage()
  })

  it('is small', async test => {
    const [{ Size: size, Architecture: architecture }] = JSON.parse(await docker('image', 'inspect', image))
    const compressed = await compressedBytes(image)
    test.diagnostic(`${architecture}: ${megabytes(size)} on disk, ${megabytes(compressed)} compressed`)
    assert.ok(size <= bytesMax, `${size} bytes on disk`)
    assert.ok(compressed <= compressedBytesMax, `${compressed} bytes compressed`)
  })

  it("says of itself what Kafka's image says", async () => {
    const [{ Config: configuration }] = JSON.parse(await docker('image', 'inspect', image)) as [
      { Config: Configuration },
    ]
    assert.equal(configuration.User, 'appuser')
    assert.deepEqual(configuration.Cmd, ['/etc/kafka/docker/run'])
    assert.equal(configuration.Entrypoint ?? null, null)
    assert.deepEqual(Object.keys(configuration.ExposedPorts), ['9092/tcp'])
    const volumes = ['/etc/kafka/secrets', '/mnt/shared/config', '/var/lib/kafka/data']
    assert.deepEqual(Object.keys(configuration.Volumes).sort(), volumes)
    assert.equal(configuration.Labels['org.opencontainers.image.title'], 'Ottla')
    assert.equal(configuration.Labels['org.opencontainers.image.licenses'], 'Apache-2.0')
    assert.match(configuration.Labels['org.opencontainers.image.version']!, /^\d+\.\d+\.\d+/)
    assert.ok(configuration.Healthcheck.Test.length > 1)
  })

  it('has one layer, in which nothing lies that was pruned', async () => {
    const [{ RootFS: root }] = JSON.parse(await docker('image', 'inspect', image))
    // WORKDIR adds one that is empty.
    assert.ok(root.Layers.length <= 2)
    const absent = ['npm', 'npx', 'corepack', 'yarn', 'gcc', 'python3']
    const kept = ['bash', 'sh', 'awk', 'grep', 'sed', 'nc', 'node', 'id', 'hostname', 'timeout', 'cat', 'sleep']
    const script = [
      `for c in ${kept.join(' ')}; do command -v $c >/dev/null || echo "$c is missing"; done`,
      `for c in ${absent.join(' ')}; do command -v $c >/dev/null && echo "$c is here"; done`,
      'ls -d /var/lib/apt/lists/* /usr/local/lib/node_modules /usr/share/man /usr/share/locale 2>/dev/null',
      '[ "$(readlink -f /bin/sh)" = "$(readlink -f /bin/bash)" ] || echo "sh is not bash"',
    ].join('\n')
    assert.equal(await docker('run', '--rm', image, 'bash', '-c', `${script}\ntrue`), '')
  })

  it('runs as a user who may write what scripts of others write', async () => {
    const paths = [
      ...['/etc/kafka', '/etc/kafka/docker', '/etc/kafka/docker/run', '/etc/confluent/docker/configure'],
      ...['/etc/confluent/docker', '/etc/confluent/docker/ensure', '/opt/kafka', '/opt/kafka/config', '/tmp'],
      ...['/var/lib/kafka/data', '/mnt/shared/config', '/etc/kafka/secrets', '/home/appuser'],
    ]
    const script = `id -u; for p in ${paths.join(' ')}; do [ -w $p ] || echo "$p"; done`
    assert.equal(await docker('run', '--rm', image, 'sh', '-c', script), '1000')
    // A user that OpenShift makes up is in group 0.
    assert.equal(await docker('run', '--rm', '--user', '12345:0', image, 'sh', '-c', script), '12345')
  })
})

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

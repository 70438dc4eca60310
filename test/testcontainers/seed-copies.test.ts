import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { NodeDisk } from '../../src/platform/node-disk.ts'
import { loadSeedFile, loadSeedValue } from '../../src/seed/load-seed.ts'
import type { Seed } from '../../src/seed/seed.ts'
import { copiesOf } from '../../src/testcontainers/seed-copies.ts'

describe('what goes into a container for a seed', () => {
  let directory: string
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ottla-copies-'))
    await mkdir(join(directory, 'seeds/records'), { recursive: true })
    for (const file of ['seeds/records/orders.ndjson', 'customers.ndjson', 'birds.ndjson']) {
      await writeFile(join(directory, file), '{"value":"one"}\n')
    }
    const absolute = join(directory, 'birds.ndjson')
    await writeFile(
      join(directory, 'seeds/shop.yaml'),
      `topics:
        - { name: orders, records: [{ file: records/orders.ndjson }] }
        - { name: customers, records: [{ file: ../customers.ndjson }] }
        - { name: birds, records: [{ file: ${absolute} }] }`,
    )
  })
  after(() => rm(directory, { recursive: true }))

  it('is the seed file, and what it names where its own paths lead to', async () => {
    const { contents, files } = await copiesOf(join(directory, 'seeds/shop.yaml'))
    assert.deepEqual(contents, [])
    assert.deepEqual(
      files.map(({ source, target }) => [source.slice(directory.length), target]),
      [
        ['/seeds/shop.yaml', '/etc/ottla/seed.yaml'],
        ['/seeds/records/orders.ndjson', '/etc/ottla/records/orders.ndjson'],
        ['/customers.ndjson', '/etc/customers.ndjson'],
        ['/birds.ndjson', join(directory, 'birds.ndjson')],
      ],
    )
  })

  it('is an object as a seed file that means the same', async () => {
    const customer = { name: 'Ottla', since: '1920-07-15', active: 'yes', number: '007' }
    const seed: Seed = {
      topics: [
        'clicks',
        {
          ...{ name: 'customers', partitions: 2, configs: { 'cleanup.policy': ['compact', 'delete'] } },
          records: [
            { key: new Uint8Array([0, 255]), value: customer, headers: [{ key: 'trace', value: new Uint8Array([7]) }] },
            { key: 'again', value: customer, timestamp: 1_700_000_000_000 },
            { key: 'gone', value: null, timestamp: '2026-01-01T00:00:00Z' },
            { key: 'long', value: `${'a b\n'.repeat(100)} : # "` },
          ],
        },
      ],
      groups: [{ id: 'readers', offsets: [{ topic: 'customers', offset: 'earliest' }] }],
    }
    const [{ content, target } = { content: '', target: '' }] = (await copiesOf(seed)).contents
    assert.equal(target, '/etc/ottla/seed.yaml')
    const file = join(directory, 'object.yaml')
    await writeFile(file, content)
    const disk = new NodeDisk()
    assert.deepEqual(plain(await loadSeedFile(file, disk)), plain(await loadSeedValue(seed, disk)))
  })

  it('has a digest that changes with each file', async () => {
    const digest = async () => (await copiesOf(join(directory, 'seeds/shop.yaml'))).digest
    const before = await digest()
    assert.equal(await digest(), before)
    await writeFile(join(directory, 'customers.ndjson'), '{"value":"other"}\n')
    assert.notEqual(await digest(), before)
  })

  it('is nothing where the seed is wrong', async () => {
    await assert.rejects(copiesOf({ topics: [{ name: 'orders', partitions: 0 }] }), /topics\[0\]\.partitions/)
    await assert.rejects(copiesOf(join(directory, 'missing.yaml')), /missing\.yaml.*there is no such file/)
  })
})

/** Without what tells where it was written, and with bytes as numbers whatever holds them. */
function plain(loaded: unknown): unknown {
  if (loaded instanceof Uint8Array) return [...loaded]
  if (Array.isArray(loaded)) return loaded.map(plain)
  if (typeof loaded !== 'object' || loaded === null) return loaded
  const entries = Object.entries(loaded).filter(([name]) => !['place', 'source'].includes(name))
  return Object.fromEntries(entries.map(([name, value]) => [name, plain(value)]))
}

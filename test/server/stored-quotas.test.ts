import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { defaultBootstrapRecords } from '../../src/controller/activation.ts'
import { metadataRecord } from '../../src/controller/metadata-record.ts'
import { NodeDisk } from '../../src/platform/node-disk.ts'
import { DescribeClientQuotas } from '../../src/protocol/apis/describe-client-quotas.ts'
import { writeBootstrapCheckpoint } from '../../src/storage/bootstrap-metadata.ts'
import { formatMetaProperties } from '../../src/storage/meta-properties.ts'
import { checksum } from '../log/harness.ts'
import { startTestBroker } from '../support/test-broker.ts'

const quota = (user: string, clientId: string | null | undefined, key: string, value: number) =>
  metadataRecord('ClientQuotaRecord', 0, {
    entity: [
      ...(clientId === undefined ? [] : [{ entityType: 'client-id', entityName: clientId }]),
      { entityType: 'user', entityName: user },
    ],
    key,
    value,
    remove: false,
  })

test('quotas that a cluster came with are described, whole and by what they are of', async t => {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-quotas-'))
  const records = [
    ...defaultBootstrapRecords(),
    quota('alice', undefined, 'consumer_byte_rate', 1.5),
    quota('alice', undefined, 'producer_byte_rate', 2048),
    quota('alice', null, 'producer_byte_rate', 4096),
    quota('bob', 'tool', 'request_percentage', 50),
  ]
  await writeBootstrapCheckpoint(directory, records, 0, { disk: new NodeDisk(), checksum })
  const properties = { version: 1, clusterId: 'c', nodeId: 1, directoryId: undefined } as const
  await writeFile(join(directory, 'meta.properties'), formatMetaProperties(properties, 0))
  const broker = await startTestBroker(t, { 'log.dirs': directory })
  t.after(() => rm(directory, { recursive: true, force: true }))
  const client = await broker.connect()
  const ask = async (components: readonly (readonly [string, number, string | null])[], strict: boolean) => {
    const { entries } = await client.send(DescribeClientQuotas, 1, {
      components: components.map(([entityType, matchType, match]) => ({ entityType, matchType, match })),
      strict,
    })
    const texts = (entries ?? []).map(({ entity, values }) => {
      const names = entity.map(({ entityType, entityName }) => `${entityType}=${entityName}`)
      return `${names.join()}: ${values.map(({ key, value }) => `${key}=${value}`).sort()}`
    })
    return texts.sort()
  }
  const alice = 'user=alice: consumer_byte_rate=1.5,producer_byte_rate=2048'
  const aliceByDefault = 'client-id=null,user=alice: producer_byte_rate=4096'
  const bob = 'client-id=tool,user=bob: request_percentage=50'
  assert.deepEqual(await ask([], false), [aliceByDefault, bob, alice].sort())
  assert.deepEqual(await ask([['user', 0, 'alice']], true), [alice])
  assert.deepEqual(await ask([['user', 0, 'alice']], false), [aliceByDefault, alice])
  assert.deepEqual(await ask([['client-id', 1, null]], false), [aliceByDefault])
  assert.deepEqual(await ask([['client-id', 2, null]], false), [aliceByDefault, bob])
})

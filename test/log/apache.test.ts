import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { NodeDisk } from '../../src/platform/node-disk.ts'
import { writeBatch } from '../../src/protocol/records/batch-writer.ts'
import { type CompressionType, compressionTypeNames } from '../../src/protocol/records/compression-type.ts'
import {
  ControlRecordType,
  controlRecordKey,
  endTransactionMarkerValue,
} from '../../src/protocol/records/control-record.ts'
import { defaultLogConfig } from '../support/default-log-config.ts'
import { java, javac, log4jArgs, resolveJars, shortLivedJvmArgs, temporaryDirectory } from '../support/java.ts'
import { skipWithout } from '../support/require.ts'
import { accepted, openManager, produce, tools, topicId } from './harness.ts'

const utf8 = new TextEncoder()
const batchesSource = fileURLToPath(new URL('java/Batches.java', import.meta.url))

describe("Apache's own code reads what the log writes", { skip: skipWithout('java') }, () => {
  let classPath: string[] = []

  before(async () => {
    const jars = await resolveJars('kafka-4.3.1')
    classPath = [...jars, await javac([batchesSource], jars)]
  })

  async function run(mainClass: string, args: readonly string[]): Promise<string> {
    const jvmArgs = [...shortLivedJvmArgs, ...log4jArgs()]
    const { code, stdout, stderr } = await java({ classPath, mainClass, args, jvmArgs })
    assert.equal(code, 0, stderr)
    return stdout + stderr
  }

  test('batches in every compression, with headers and nulls', async () => {
    const directory = await temporaryDirectory('batches')
    const values = Array.from({ length: 2000 }, (_, index) => `value ${index} `.repeat(1 + (index % 20)))
    const records = values.map((value, index) => ({
      timestamp: 1_700_000_000_000 + index,
      key: index % 3 === 0 ? null : utf8.encode(`key ${index}`),
      value: index % 7 === 0 ? null : utf8.encode(value),
      headers: index % 5 === 0 ? [{ key: 'h', value: utf8.encode(`${index}`) }] : [],
    }))
    const expected = records.map(
      ({ timestamp, key, value, headers }, offset) =>
        `record ${offset} ${timestamp} ${base64(key)} ${base64(value)}${headers.map(h => ` h=${new TextDecoder().decode(h.value)}`).join('')}`,
    )
    const files = compressionTypeNames.map((name, type) => {
      const path = join(directory.path, `${name}.bin`)
      writeFileSync(path, writeBatch(records, { compressionType: type as CompressionType }, tools))
      return path
    })
    const printed = (await run('Batches', ['read', ...files])).split('\n').filter(line => line.startsWith('record '))
    assert.deepEqual(
      printed,
      compressionTypeNames.flatMap(() => expected),
    )
    directory.remove()
  })

  test('DumpLogSegments finds nothing wrong in segments, indexes, snapshots and the transaction index', async () => {
    const directory = await temporaryDirectory('segments')
    const config = { ...defaultLogConfig, segmentBytes: 20_000, indexIntervalBytes: 512 }
    const { manager } = await openManager(new NodeDisk(), {
      logDirs: [directory.path],
      metadataLogDir: directory.path,
    })
    await manager.loadLogs(() => config)
    const log = await manager.getOrCreate({ topic: 'made-here', partition: 3, topicId, config })
    let sequence = 0
    for (let round = 0; round < 120; round++) {
      const compressionType = (round % 5) as CompressionType
      const records = Array.from({ length: 1 + (round % 40) }, (_, index) => ({
        timestamp: 1_700_000_000_000 + ((round * 37) % 1000) * 10 + index,
        key: utf8.encode(`k${index}`),
        value: utf8.encode(`value ${round} ${index} `.repeat(5)),
      }))
      await produce(
        log,
        writeBatch(records, { compressionType, producerId: 5, producerEpoch: 0, baseSequence: sequence }, tools),
        Math.floor(round / 50),
      )
      sequence += records.length
      if (round % 10 !== 9) continue
      const transaction = { producerId: 9, producerEpoch: round, isTransactional: true }
      const [record] = records
      const begun = log.produce(writeBatch([record!], { ...transaction, baseSequence: 0 }, tools), {
        leaderEpoch: 2,
      })
      accepted(await begun)
      const type = round % 20 === 9 ? ControlRecordType.ABORT : ControlRecordType.COMMIT
      const marker = { timestamp: record!.timestamp, key: controlRecordKey(type), value: endTransactionMarkerValue(1) }
      accepted(
        log.appendAsLeader(writeBatch([marker], { ...transaction, isControl: true }, tools), {
          leaderEpoch: 2,
          origin: 'coordinator',
        }),
      )
    }
    await manager.close()

    const partition = join(directory.path, 'made-here-3')
    const names = readdirSync(partition).filter(name => /^\d{20}\./.test(name))
    const files = (suffix: string) =>
      names
        .filter(name => name.endsWith(suffix))
        .map(name => join(partition, name))
        .join(',')
    assert.ok(names.filter(name => name.endsWith('.log')).length > 2, names.join(' '))
    const dump = 'org.apache.kafka.tools.DumpLogSegments'
    const everything = ['.log', '.index', '.timeindex', '.snapshot', '.txnindex'].map(files).join(',')
    const deep = await run(dump, ['--deep-iteration', '--print-data-log', '--files', everything])
    for (const complaint of [/mismatch/i, /not found/i, /invalid/i, /corrupt/i, /isvalid: false/i, /exception/i]) {
      assert.doesNotMatch(deep, complaint)
    }
    assert.match(deep, /producerId: 5 producerEpoch: 0 .*lastSequence/)
    assert.match(deep, /payload: value 119 0/)
    const indexes = [files('.index'), files('.timeindex')].join(',')
    for (const check of ['--index-sanity-check', '--verify-index-only']) {
      const output = await run(dump, [check, '--files', indexes])
      assert.doesNotMatch(output, /mismatch|corrupt|exception/i)
    }
    directory.remove()
  })
})

function base64(bytes: Uint8Array | null): string {
  return bytes === null ? 'null' : `'${Buffer.from(bytes).toString('base64')}'`
}

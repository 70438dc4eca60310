import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { temporaryDirectory } from '../../support/java.ts'
import { freePorts, type KafkaNode } from '../../support/kafka-node.ts'
import { skipWithout } from '../../support/require.ts'
import { startTarget } from '../java-tools/target.ts'
import { Program, until } from './program.ts'

const lineCount = 10_000

describe('Connect in one process', { skip: skipWithout('java') }, () => {
  let home: Awaited<ReturnType<typeof temporaryDirectory>>
  let node: KafkaNode

  before(async () => {
    home = await temporaryDirectory('connect')
    node = await startTarget()
  })

  after(async () => {
    await node?.stop()
    home.remove()
  })

  function propertiesFile(name: string, properties: Readonly<Record<string, string>>): string {
    const path = `${home.path}/${name}.properties`
    writeFileSync(
      path,
      Object.entries(properties)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    )
    return path
  }

  test(`a file of ${lineCount} lines becomes a topic, and that the same file`, { timeout: 180_000 }, async () => {
    const source = `${home.path}/source.txt`
    const sink = `${home.path}/sink.txt`
    const lines = Array.from({ length: lineCount }, (_, index) => `line ${index} ${'ä€𝄞 '.repeat(index % 7)}end\n`)
    writeFileSync(source, lines.join(''))
    const [restPort] = await freePorts(1)
    const stringConverter = 'org.apache.kafka.connect.storage.StringConverter'
    const worker = propertiesFile('worker', {
      'bootstrap.servers': node.bootstrapServers,
      'key.converter': stringConverter,
      'value.converter': stringConverter,
      'offset.storage.file.filename': `${home.path}/offsets`,
      'offset.flush.interval.ms': '1000',
      listeners: `http://localhost:${restPort}`,
      'plugin.discovery': 'service_load',
    })
    const connectors = [
      propertiesFile('source', {
        name: 'source',
        'connector.class': 'org.apache.kafka.connect.file.FileStreamSourceConnector',
        'tasks.max': '1',
        file: source,
        topic: 'lines',
      }),
      propertiesFile('sink', {
        name: 'sink',
        'connector.class': 'org.apache.kafka.connect.file.FileStreamSinkConnector',
        'tasks.max': '1',
        file: sink,
        topics: 'lines',
      }),
    ]
    const program = await Program.start('org.apache.kafka.connect.cli.ConnectStandalone', [worker, ...connectors])
    const said = () => `Copying\n${program.output.slice(-4000)}`
    await until(said, () => {
      if (!program.isRunning) throw new Error(said())
      return existsSync(sink) && readFileSync(sink, 'utf8').length >= lines.join('').length
    })
    await program.stop()
    assert.equal(readFileSync(sink, 'utf8'), readFileSync(source, 'utf8'))
  })
})

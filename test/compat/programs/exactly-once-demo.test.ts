import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { describe, test } from 'node:test'
import { freePorts } from '../../support/kafka-node.ts'
import { isRequired, skipWithout } from '../../support/require.ts'
import { Program, startTargetAt, until } from './program.ts'

/** Compiled into the demo. */
const demoPort = 9092

/** Whoever merely has Java here is not kept waiting for all of it. */
const records = isRequired('java') ? 10_000 : 1_000

describe('KafkaExactlyOnceDemo', { skip: skipWithout('java') }, () => {
  test(`copies ${records} records from 6 partitions with 3 instances, once each`, { timeout: 300_000 }, async t => {
    const isFree = async () => !(await isTaken(demoPort))
    if (!isRequired('java') && !(await isFree())) return t.skip(`port ${demoPort} is taken`)
    await until(() => `Waiting for port ${demoPort}`, isFree)
    const [controllerPort] = await freePorts(1)
    const node = await startTargetAt({ ports: [demoPort, controllerPort!] })
    try {
      const program = await Program.start('kafka.examples.KafkaExactlyOnceDemo', ['6', '3', `${records}`])
      assert.equal(await program.exited, 0, program.output.slice(-4000))
      const { output } = program
      assert.doesNotMatch(output, /Timeout after/, output.slice(-3000))
      const processed = [...output.matchAll(/processor-\d+ - Processed (\d+) records/g)].map(([, count]) =>
        Number(count),
      )
      assert.equal(processed.length, 3, output.slice(-3000))
      assert.match(output, new RegExp(`consumer - Fetched ${records} records`), output.slice(-3000))
    } finally {
      await node.stop()
    }
  })
})

function isTaken(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, 'localhost')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

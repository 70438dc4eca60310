import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { OttlaContainer } from '../../src/testcontainers.ts'
import { ottlaImage } from '../../test/container/support/image.ts'
import { skipWithout } from '../../test/support/require.ts'
import type { OwnScenario } from '../scenario.ts'
import type { Measurement } from '../support/measurement.ts'

const run = promisify(execFile)
const library = new URL('../../dist/index.js', import.meta.url).href

/** A process as a test has it: the first broker comes with the code that it is made of, others find that loaded. */
const program = `
  const beganMs = performance.now()
  const { startBroker } = await import('${library}')
  const time = async work => {
    const startedMs = performance.now()
    const result = await work()
    return [performance.now() - startedMs, result]
  }
  const [, first] = await time(startBroker)
  const firstMs = performance.now() - beganMs
  const [nextMs, next] = await time(startBroker)
  const [stopMs] = await time(() => next.stop())
  await first.stop()
  console.log(JSON.stringify({ 'first ms': firstMs, 'next ms': nextMs, 'stop ms': stopMs }))
`

/** What docs/TESTING.md says of how long a test waits for a broker of its own. Nothing of Kafka's is like it. */
export const testingScenarios: readonly OwnScenario[] = [
  {
    name: 'testing/startBroker',
    brokers: 'own',
    targets: [],
    async round(kind) {
      if (kind.name === 'kafka') return {}
      const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program])
      return JSON.parse(stdout) as Measurement
    },
  },
  {
    name: 'testing/OttlaContainer',
    brokers: 'own',
    targets: [],
    roundsMax: 3,
    async round(kind) {
      if (kind.name === 'kafka' || skipWithout('docker') !== false) return {}
      const container = new OttlaContainer(await ottlaImage())
      const startedMs = performance.now()
      const started = await container.start()
      const startMs = performance.now() - startedMs
      const stoppingMs = performance.now()
      await started.stop()
      return { 'start ms': startMs, 'stop ms': performance.now() - stoppingMs }
    },
  },
]

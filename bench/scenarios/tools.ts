import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { java } from '../../test/support/java.ts'
import { kafkaClassPath } from '../../test/support/kafka-node.ts'
import type { OwnScenario } from '../scenario.ts'
import { createTopic } from '../support/admin.ts'
import type { Broker } from '../support/broker.ts'
import { median } from '../support/statistics.ts'

const run = promisify(execFile)
const launcher = fileURLToPath(new URL('../../bin/ottla.js', import.meta.url))
const runs = 5
/** As `kafka-run-class.sh` starts a tool that nothing else is said of. */
const jvmArgs = ['-Xmx256M', '-server', '-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20']

export const toolScenarios: readonly OwnScenario[] = [
  {
    name: 'tools/list-topics',
    brokers: 'own',
    targets: [{ figure: 'ms', atMost: 1 / 8 }],
    roundsMax: 2,
    async round(kind) {
      const broker = await kind.start()
      try {
        await createTopic(broker.port, 'orders', 1)
        const list = kind.name === 'ottla' ? listByOttla : listByKafka
        // The first run leaves compiled code behind, of either.
        await list(broker)
        const times: number[] = []
        for (let index = 0; index < runs; index++) {
          const startedMs = performance.now()
          if (!(await list(broker)).includes('orders')) throw new Error('the topic is not listed')
          times.push(performance.now() - startedMs)
        }
        return { ms: median(times) }
      } finally {
        await broker.stop()
      }
    },
  },
]

async function listByOttla({ port }: Broker): Promise<string> {
  const args = [launcher, 'kafka-topics', '--bootstrap-server', `127.0.0.1:${port}`, '--list']
  return (await run(process.execPath, args)).stdout
}

async function listByKafka({ port }: Broker): Promise<string> {
  const args = ['--bootstrap-server', `127.0.0.1:${port}`, '--list']
  const mainClass = 'org.apache.kafka.tools.TopicCommand'
  return (await java({ classPath: await kafkaClassPath(), mainClass, args, jvmArgs })).stdout
}

import { handlerEntries } from '../../src/broker/handlers.ts'
import { KafkaClient } from '../../src/client/kafka-client.ts'
import { createChecksum } from '../../src/platform/checksum.ts'
import { createCompression } from '../../src/platform/compression.ts'
import { createOffloadFunctions } from '../../src/platform/offload-functions.ts'
import { type SeedReport, seedNode } from '../../src/seed/apply-seed.ts'
import type { LoadedSeed } from '../../src/seed/loaded-seed.ts'
import { startServer } from '../../src/server.ts'
import { SimulatedDisk } from '../../src/sim/disk/simulated-disk.ts'
import { SimulatedNetwork } from '../../src/sim/network/simulated-network.ts'
import { ProcessEnded, SimulatedProcess } from '../../src/sim/process.ts'
import { Seed } from '../../src/sim/seed.ts'
import { simulatedPorts } from '../../src/sim/server-ports.ts'
import { SimulatedTime } from '../../src/sim/time.ts'
import { Trace } from '../../src/sim/trace.ts'
import { turn } from '../sim/turn.ts'

const dataDirectory = '/disk/data'

// Handlers load when they are first asked for, which is no event of simulated time.
await Promise.all(handlerEntries.map(({ load }) => load()))
const checksum = createChecksum()
const compression = createCompression()
const offloaded = createOffloadFunctions()

/** A node on a machine that can be killed, or lose its power, at any call of its disk. */
export class SimulatedNode {
  readonly #time = new SimulatedTime()
  readonly #trace = new Trace(false, () => this.#time.nowMs)
  readonly #seed: Seed
  readonly #network: SimulatedNetwork
  readonly #disk: SimulatedDisk
  #starts = 0

  constructor(seed: number) {
    this.#seed = new Seed(seed)
    this.#network = new SimulatedNetwork({ time: this.#time, trace: this.#trace, seed: this.#seed.fork('network') })
    this.#disk = new SimulatedDisk(this.#time)
    this.#disk.makeDirectory(dataDirectory)
    for (const path of ['/', '/disk']) this.#disk.syncDirectory(path)
  }

  /**
   * Starts the node with a seed and stops it again. `look` is called when the seed is applied, with a client. Resolves
   * with the report; with `undefined` where the process ended within the given number of calls of its disk.
   */
  async run(
    seed: LoadedSeed,
    options: { readonly endsAfterCalls?: number; readonly look?: (client: KafkaClient) => Promise<void> } = {},
  ): Promise<SeedReport | undefined> {
    const random = this.#seed.fork(`process ${this.#starts++}`)
    const process = new SimulatedProcess({ disk: this.#disk, time: this.#time, seed: random, trace: this.#trace })
    process.onEnd(() => this.#network.hostEnded(process))
    process.endAfter(options.endsAfterCalls ?? Number.POSITIVE_INFINITY)
    const ports = simulatedPorts({
      ...{ process, checksum, compression, offloaded, random },
      transport: this.#network.transportOf(process),
    })
    let report: SeedReport | undefined
    const life = async () => {
      const server = await startServer({
        properties: new Map([
          ['log.dirs', dataDirectory],
          ['listeners', 'PLAINTEXT://broker:9092'],
          ['offsets.topic.num.partitions', '1'],
        ]),
        hostName: 'broker',
        memoryBudgetBytes: 16 * 1024 * 1024,
        ports,
        async prepare(inProcess) {
          report = await seedNode(seed, inProcess, ports, ports.loggers.named('ottla.Seed'))
          const client = new KafkaClient(inProcess, ports.clock, {
            bootstrapServers: [{ host: 'broker', port: 9092 }],
            ...{ clientId: 'test', requestTimeoutMs: 30_000, apiTimeoutMs: 30_000 },
          })
          await options.look?.(client)
          await client.close()
        },
      })
      await server.stop()
    }
    let isWhole = true
    const watched = process.wait(life()).catch(error => {
      if (!(error instanceof ProcessEnded)) throw error
      isWhole = false
    })
    await this.#time.run(watched, turn)
    process.end()
    return isWhole ? report : undefined
  }

  losePower(): void {
    this.#disk.losePower(this.#seed.fork(`power ${this.#starts}`))
  }
}

import { handlerEntries } from '../../../src/broker/handlers.ts'
import { createChecksum } from '../../../src/platform/checksum.ts'
import { createCompression } from '../../../src/platform/compression.ts'
import { createOffloadFunctions } from '../../../src/platform/offload-functions.ts'
import { startServer } from '../../../src/server.ts'
import type { RunningServer } from '../../../src/server-options.ts'
import { SimulatedDisk } from '../../../src/sim/disk/simulated-disk.ts'
import type { SimulatedNetwork } from '../../../src/sim/network/simulated-network.ts'
import { SimulatedProcess } from '../../../src/sim/process.ts'
import type { Seed } from '../../../src/sim/seed.ts'
import { simulatedPorts } from '../../../src/sim/server-ports.ts'
import type { SimulatedTime } from '../../../src/sim/time.ts'
import type { Trace } from '../../../src/sim/trace.ts'

export const brokerPort = 9092
const dataDirectory = '/disk/data'

// Handlers load when they are first asked for, which is no event of simulated time.
await Promise.all(handlerEntries.map(({ load }) => load()))
const checksum = createChecksum()
const compression = createCompression()
const offloaded = createOffloadFunctions()

/** The whole broker, as `server.ts` composes it, on a machine that outlives its processes. */
export class SimulatedBroker {
  readonly #time: SimulatedTime
  readonly #seed: Seed
  readonly #trace: Trace
  readonly #network: SimulatedNetwork
  readonly #properties: ReadonlyMap<string, string>
  readonly disk: SimulatedDisk
  process: SimulatedProcess | undefined
  /** On its way to a clean end: its coordinators have given up their groups. */
  isStopping = false
  #server: RunningServer | undefined
  #starts = 0
  #isDiskToFail = false

  constructor(options: {
    readonly time: SimulatedTime
    readonly seed: Seed
    readonly trace: Trace
    readonly network: SimulatedNetwork
    readonly properties: Readonly<Record<string, string>>
  }) {
    this.#time = options.time
    this.#seed = options.seed
    this.#trace = options.trace
    this.#network = options.network
    this.disk = new SimulatedDisk(options.time)
    // Made long ago by whoever set up the machine.
    this.disk.makeDirectory(dataDirectory)
    for (const path of ['/', '/disk']) this.disk.syncDirectory(path)
    this.#properties = new Map(
      Object.entries({
        'log.dirs': dataDirectory,
        listeners: `PLAINTEXT://broker:${brokerPort}`,
        ...options.properties,
      }),
    )
  }

  get isRunning(): boolean {
    return this.#server !== undefined && this.process?.isAlive === true
  }

  /** Rejects with `ProcessEnded` where the process ends before it has started. */
  async start(endsAfterCalls = Number.POSITIVE_INFINITY): Promise<void> {
    const seed = this.#seed.fork(`process ${this.#starts++}`)
    const process = new SimulatedProcess({
      name: 'broker',
      disk: this.disk,
      time: this.#time,
      seed,
      trace: this.#trace,
    })
    process.onEnd(() => this.#network.hostEnded(process))
    process.endAfter(endsAfterCalls)
    this.process = process
    this.isStopping = false
    this.#isDiskToFail = false
    this.#server = undefined
    this.#server = await process.wait(
      startServer({
        properties: this.#properties,
        hostName: 'broker',
        memoryBudgetBytes: 16 * 1024 * 1024,
        ports: simulatedPorts({
          process,
          transport: this.#network.transportOf(process),
          random: seed.fork('random'),
          checksum,
          compression,
          offloaded,
        }),
      }),
    )
  }

  get closed(): Promise<void> {
    return this.#server!.closed
  }

  /** Some call to the disk fails soon; the only directory being gone, the broker ends. */
  failDiskSoon(seed: Seed): void {
    if (this.#isDiskToFail) return
    this.#isDiskToFail = true
    const code = seed.pick(['EIO', 'ENOSPC'] as const)
    this.process?.disk.failAfter({ directory: dataDirectory, code, afterCalls: seed.between(1, 40) })
  }

  /** The disk of this process has failed, so that nobody wonders why it ends. */
  get hasDiskFailed(): boolean {
    return this.#isDiskToFail && this.process?.disk.isFaultPending === false
  }

  /** What has not failed yet will not. */
  healDisk(): void {
    if (this.process?.disk.isFaultPending !== true) return
    this.process.disk.failAfter({ directory: dataDirectory, code: 'EIO', afterCalls: Number.POSITIVE_INFINITY })
  }

  async stop(): Promise<void> {
    this.isStopping = true
    await this.process!.wait(this.#server!.stop())
    this.process!.end()
  }

  kill(): void {
    this.process?.end()
  }
}

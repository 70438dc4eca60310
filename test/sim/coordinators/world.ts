import { AssertionError } from '../../../src/assertion.ts'
import { apiKeyInfo, isServedVersion } from '../../../src/protocol/api-keys.ts'
import type { Api } from '../../../src/protocol/schema/api.ts'
import type { DecodedOf, EncodableOf, Shape } from '../../../src/protocol/schema/field.ts'
import { Checker } from '../../../src/sim/checker.ts'
import { noNetworkFaults } from '../../../src/sim/network/network-faults.ts'
import { SimulatedClient } from '../../../src/sim/network/simulated-client.ts'
import { SimulatedNetwork } from '../../../src/sim/network/simulated-network.ts'
import { ProcessEnded } from '../../../src/sim/process.ts'
import type { Seed } from '../../../src/sim/seed.ts'
import { originMs, SimulatedTime } from '../../../src/sim/time.ts'
import { Trace } from '../../../src/sim/trace.ts'
import type { CoordinatorInvariant } from './invariants.ts'
import { brokerPort, SimulatedBroker } from './simulated-broker.ts'

/** Bytes that are held up arrive within this. */
const delayMsMax = 2500

/** No run takes as long. */
const runMsMax = 1_800_000

/** A request that was lost has arrived within this, or never does. */
export const lateMsMax = delayMsMax + 200

export interface WorldOptions {
  readonly seed: Seed
  readonly isTraced: boolean
  readonly isCompacting: boolean
  readonly properties: Readonly<Record<string, string>>
}

/** One machine with a broker, and the network its clients reach it by; both fail until the calm comes. */
export class World {
  readonly seed: Seed
  /** Logs are compacted while clients use them. */
  readonly isCompacting: boolean
  readonly time = new SimulatedTime()
  readonly trace: Trace
  readonly checker = new Checker<CoordinatorInvariant>()
  readonly network: SimulatedNetwork
  readonly broker: SimulatedBroker
  operationCount = 0
  faultCount = 0
  /** No fault happens any more. */
  isCalm = false
  failure: Error | undefined
  readonly #faults: Seed
  /**
   * Every end of the broker is one of the machine; every append is flushed before it is answered. A mere kill may not
   * come before: what is found after one is answered for without being flushed once more, as by Kafka.
   */
  readonly #losesPower: boolean
  #supervised: Promise<void> | undefined

  constructor({ seed, isTraced, isCompacting, properties }: WorldOptions) {
    this.seed = seed
    this.isCompacting = isCompacting
    this.#faults = seed.fork('faults')
    this.#losesPower = this.#faults.chance(0.3)
    this.trace = new Trace(isTraced, () => this.time.nowMs)
    const { time, trace } = this
    time.schedule(runMsMax, () => {
      throw new Error(`the run does not end: ${this.operationCount} operations so far`)
    })
    this.network = new SimulatedNetwork({ time, trace, seed: seed.fork('network') })
    this.broker = new SimulatedBroker({
      time,
      trace,
      seed: seed.fork('machine'),
      network: this.network,
      properties: { ...properties, ...(this.#losesPower ? { 'log.flush.interval.messages': '1' } : {}) },
    })
  }

  get nowMs(): number {
    return this.time.nowMs
  }

  get wallMs(): number {
    return originMs + Math.floor(this.time.nowMs)
  }

  /** From when on a request that was lost now has no effect any more, if it had none until then. */
  get lostUntilMs(): number {
    return this.nowMs + lateMsMax
  }

  client(name: string): SimulatedClient {
    const { network, time, trace } = this
    return new SimulatedClient({ name, port: brokerPort, network, time, trace })
  }

  sleep(ms: number): Promise<void> {
    return new Promise(resolve => {
      this.time.schedule(ms, resolve)
    })
  }

  /** Goes on beside everything else; its failure is the run's. */
  spawn(work: Promise<void>): void {
    work.catch((error: unknown) => this.fail(error))
  }

  fail(error: unknown): void {
    this.failure ??= error instanceof Error ? error : new Error(String(error))
  }

  /** A call that counts as an operation of the run. */
  operate<Request extends Shape, Response extends Shape>(
    client: SimulatedClient,
    api: Api<Request, Response>,
    version: number,
    request: EncodableOf<Request>,
    timeoutMs?: number,
  ): Promise<DecodedOf<Response>> {
    this.operationCount++
    return client.call(api, version, request, timeoutMs)
  }

  /** Begins to break things. */
  disturb(): void {
    const { faults } = this.network
    const severity = this.#faults.pick([0.3, 1, 1, 2])
    faults.cutShare = 0.01 * severity
    faults.deliveredShare = 0.6
    faults.halfOpenShare = 0.4
    faults.delayedShare = 0.02 * severity
    faults.delayMsMax = delayMsMax
  }

  /** Whatever is broken heals; the broker is up when it resolves. */
  async calm(): Promise<void> {
    this.trace.add('☼ no more faults')
    this.isCalm = true
    Object.assign(this.network.faults, noNetworkFaults)
    this.broker.process?.endAfter(Number.POSITIVE_INFINITY)
    this.broker.healDisk()
    await this.running()
  }

  async running(): Promise<void> {
    while (!this.broker.isRunning) {
      if (this.failure !== undefined) throw this.failure
      await this.sleep(20)
    }
  }

  /** One fault, drawn from the seed. */
  fault(): void {
    const seed = this.#faults
    this.faultCount++
    const kind = seed.weighted({ kill: 4, killAtCall: 6, clean: 1, slow: 2, disk: 1 })
    this.trace.add(`✗ ${kind}`)
    if (kind === 'kill') this.broker.kill()
    else if (kind === 'killAtCall') this.broker.process?.endAfter(seed.between(0, 40))
    else if (kind === 'clean') this.spawn(this.#stop())
    else if (kind === 'disk') this.broker.failDiskSoon(seed)
    else this.#slowDown(seed.between(500, 12_000))
  }

  async #stop(): Promise<void> {
    if (!this.broker.isRunning) return
    try {
      await this.broker.stop()
    } catch (error) {
      if (error instanceof ProcessEnded) return
      if (!this.#isOfDisk(error)) throw error
      this.broker.kill()
    }
  }

  /** What the disk refused must not look like a bug. */
  #isOfDisk(error: unknown): boolean {
    return this.broker.hasDiskFailed && !(error instanceof AssertionError)
  }

  #slowDown(forMs: number): void {
    const { faults } = this.network
    const { delayedShare } = faults
    faults.delayedShare = 0.7
    this.time.schedule(forMs, () => {
      if (!this.isCalm) faults.delayedShare = delayedShare
    })
  }

  /** Starts the broker, and again whenever it has ended. */
  supervise(): Promise<void> {
    this.#supervised ??= (async () => {
      for (let isFirst = true; ; isFirst = false) {
        if (!isFirst) await this.sleep(this.#faults.between(10, 3000))
        await this.#runOnce(isFirst)
        if (this.#losesPower) {
          this.trace.add('✗ power is lost')
          this.broker.disk.losePower(this.#faults)
        }
      }
    })()
    return this.#supervised
  }

  async #runOnce(isFirst: boolean): Promise<void> {
    const endsSoon = !isFirst && !this.isCalm && this.#faults.chance(0.15)
    try {
      await this.broker.start(endsSoon ? this.#faults.between(0, 120) : undefined)
    } catch (error) {
      if (!(error instanceof ProcessEnded)) throw error
      this.faultCount++
      return
    }
    const { closed, process } = this.broker
    closed.catch((error: unknown) => {
      if (process?.isAlive !== true) return
      if (this.#isOfDisk(error)) process.end()
      else this.fail(error)
    })
    await new Promise<void>(resolve => {
      if (process?.isAlive === true) process.onEnd(resolve)
      else resolve()
    })
  }
}

/** A version of `api` that is served, at least `least`. */
export function drawVersion(seed: Seed, api: { readonly key: number }, least = 0, most = 99): number {
  const info = apiKeyInfo(api.key)
  if (info === undefined) throw new Error(`there is no API key ${api.key}`)
  const versions: number[] = []
  for (let version = least; version <= Math.min(most, info.versions[1]); version++) {
    if (isServedVersion(info, version)) versions.push(version)
  }
  // The latest is what most clients speak.
  return seed.chance(0.5) ? versions.at(-1)! : seed.pick(versions)
}

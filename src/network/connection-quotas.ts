import type { KafkaConfig } from '../config/kafka-config.ts'
import { csvMap } from '../config/listeners.ts'
import type { Clock } from '../ports.ts'

/** What becomes of a new connection. */
export type Admission = 'admitted' | 'waits' | 'refused'

/**
 * Seconds of `max.connection.creation.rate` that may come at once. Kafka's Rate divides by the ten whole samples of its
 * window, however few of them have passed.
 */
const burstSeconds = 10

/**
 * Counts connections against `max.connections`, `max.connections.per.ip`, its overrides, and
 * `listener.name.<name>.max.connections`. Every limit is read when it is needed, since all may change at run time.
 *
 * As in Kafka (`ConnectionQuotas`), an address over its limit is refused, while a listener or a broker that is full, or
 * has had too many new ones lately (`max.connection.creation.rate`), lets connections wait. The listener between brokers, where it is not the only one, is not subject to the broker's limit.
 */
export class ConnectionQuotas {
  readonly #config: KafkaConfig
  readonly #listenerNames: readonly string[]
  readonly #countByAddress = new Map<string, number>()
  readonly #countByListener = new Map<string, number>()
  readonly #clock: Clock
  #count = 0
  /** New connections in the time that counts, fading at the rate that is allowed. */
  #recentCount = 0
  #recentMs: number

  constructor(config: KafkaConfig, listenerNames: readonly string[], clock: Clock) {
    this.#config = config
    this.#listenerNames = listenerNames
    this.#clock = clock
    this.#recentMs = clock.monotonicMs()
  }

  get connectionCount(): number {
    return this.#count
  }

  admit(listenerName: string, address: string): Admission {
    if (this.#isFull(listenerName) || this.rateDelayMs(listenerName) > 0) return 'waits'
    const ofAddress = this.#countByAddress.get(address) ?? 0
    if (ofAddress >= this.addressMax(address)) return 'refused'
    this.#count++
    this.#recentCount++
    this.#countByAddress.set(address, ofAddress + 1)
    this.#countByListener.set(listenerName, this.#ofListener(listenerName) + 1)
    return 'admitted'
  }

  release(listenerName: string, address: string): void {
    this.#count--
    this.#countByListener.set(listenerName, this.#ofListener(listenerName) - 1)
    const ofAddress = (this.#countByAddress.get(address) ?? 0) - 1
    if (ofAddress > 0) this.#countByAddress.set(address, ofAddress)
    else this.#countByAddress.delete(address)
  }

  /** How long `max.connection.creation.rate` keeps the next connection waiting; 0 for not at all. */
  rateDelayMs(listenerName: string): number {
    const perSecond = this.#config.get('max.connection.creation.rate')
    const nowMs = this.#clock.monotonicMs()
    this.#recentCount = Math.max(0, this.#recentCount - ((nowMs - this.#recentMs) / 1000) * perSecond)
    this.#recentMs = nowMs
    const excess = this.#recentCount + 1 - perSecond * burstSeconds
    return this.isProtected(listenerName) || excess <= 0 ? 0 : (excess / Math.max(1, perSecond)) * 1000
  }

  /** How many connections there are beyond `max.connections`. */
  excess(): number {
    return this.#count - this.#config.get('max.connections')
  }

  isProtected(listenerName: string): boolean {
    return this.#listenerNames.length > 1 && listenerName === this.#config.listeners.interBrokerListenerName
  }

  /** How many connections the address may have. */
  addressMax(address: string): number {
    const overrides = csvMap('max.connections.per.ip.overrides', this.#config.get('max.connections.per.ip.overrides'))
    for (const [host, count] of overrides) if (isSameHost(host, address)) return Number(count)
    return this.#config.get('max.connections.per.ip')
  }

  #isFull(listenerName: string): boolean {
    const key = `listener.name.${listenerName.toLowerCase()}.max.connections`
    const listenerMax = this.#config.values.originals.get(key)
    if (listenerMax !== undefined && this.#ofListener(listenerName) >= Number(listenerMax)) return true
    return !this.isProtected(listenerName) && this.#count >= this.#config.get('max.connections')
  }

  #ofListener(listenerName: string): number {
    return this.#countByListener.get(listenerName) ?? 0
  }
}

function isSameHost(host: string, address: string): boolean {
  if (host === 'localhost') return address === '127.0.0.1' || address === '::1'
  return host === address
}

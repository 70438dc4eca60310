import type { KafkaConfig } from '../config/kafka-config.ts'
import { listenerValue } from '../config/listener-values.ts'
import { csvMap } from '../config/listeners.ts'
import type { Clock } from '../ports.ts'
import { ConnectionRate } from './connection-rate.ts'

/** What becomes of a new connection. */
export type Admission = 'admitted' | 'waits' | 'refused'

/**
 * Counts connections against `max.connections`, `max.connection.creation.rate`, `max.connections.per.ip` and its
 * overrides. Every limit is read when it is needed, since all may change at run time.
 *
 * As in Kafka (`ConnectionQuotas`), an address over its limit is refused, while a listener or a broker that is full, or
 * has had too many new ones lately, lets connections wait. A listener's limits are its own
 * (`listener.name.<name>.max.connections`), else the broker's. The listener between brokers, where it is not the only
 * one, is subject to its own limits alone.
 */
export class ConnectionQuotas {
  readonly #config: KafkaConfig
  #listenerNames: readonly string[]
  readonly #countByAddress = new Map<string, number>()
  readonly #countByListener = new Map<string, number>()
  readonly #clock: Clock
  #count = 0
  /** Of all listeners but the one between brokers. */
  readonly #rate: ConnectionRate
  readonly #rateByListener = new Map<string, ConnectionRate>()

  constructor(config: KafkaConfig, listenerNames: readonly string[], clock: Clock) {
    this.#config = config
    this.#listenerNames = listenerNames
    this.#clock = clock
    this.#rate = new ConnectionRate(clock.monotonicMs())
  }

  get connectionCount(): number {
    return this.#count
  }

  /** To be called when listeners were opened or closed. */
  listenersChanged(names: readonly string[]): void {
    this.#listenerNames = names
    for (const name of this.#rateByListener.keys()) if (!names.includes(name)) this.#rateByListener.delete(name)
  }

  admit(listenerName: string, address: string): Admission {
    if (this.#isFull(listenerName) || this.rateDelayMs(listenerName) > 0) return 'waits'
    const ofAddress = this.#countByAddress.get(address) ?? 0
    if (ofAddress >= this.addressMax(address)) return 'refused'
    this.#count++
    if (!this.isProtected(listenerName)) this.#rate.add()
    this.#rateOf(listenerName).add()
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
    const { values } = this.#config
    const key = 'max.connection.creation.rate'
    const delayMs = (rate: ConnectionRate, perSecond: number) =>
      rate.delayMs(perSecond, this.#burstSeconds(), this.#clock.monotonicMs())
    const ofListener = delayMs(this.#rateOf(listenerName), listenerValue(values, listenerName, key))
    return this.isProtected(listenerName) ? ofListener : Math.max(ofListener, delayMs(this.#rate, values.get(key)))
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
    const listenerMax = listenerValue(this.#config.values, listenerName, 'max.connections')
    if (this.#ofListener(listenerName) >= listenerMax) return true
    return !this.isProtected(listenerName) && this.#count >= this.#config.get('max.connections')
  }

  /**
   * How much of the rate may come at once. Kafka's Rate divides by the whole samples of its window, all but the last,
   * however few of them have passed.
   */
  #burstSeconds(): number {
    return Math.max(1, this.#config.get('quota.window.num') - 1) * this.#config.get('quota.window.size.seconds')
  }

  #rateOf(listenerName: string): ConnectionRate {
    let rate = this.#rateByListener.get(listenerName)
    if (rate === undefined) {
      rate = new ConnectionRate(this.#clock.monotonicMs())
      this.#rateByListener.set(listenerName, rate)
    }
    return rate
  }

  #ofListener(listenerName: string): number {
    return this.#countByListener.get(listenerName) ?? 0
  }
}

function isSameHost(host: string, address: string): boolean {
  if (host === 'localhost') return address === '127.0.0.1' || address === '::1'
  return host === address
}

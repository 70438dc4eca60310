import type { KafkaConfig } from '../config/kafka-config.ts'
import { csvMap } from '../config/listeners.ts'

/** What becomes of a new connection. */
export type Admission = 'admitted' | 'waits' | 'refused'

/**
 * Counts connections against `max.connections`, `max.connections.per.ip`, its overrides, and
 * `listener.name.<name>.max.connections`. Every limit is read when it is needed, since all may change at run time.
 *
 * As in Kafka (`ConnectionQuotas`), an address over its limit is refused, while a listener or a broker that is full lets
 * connections wait. The listener between brokers, where it is not the only one, is not subject to the broker's limit.
 */
export class ConnectionQuotas {
  readonly #config: KafkaConfig
  readonly #listenerNames: readonly string[]
  readonly #countByAddress = new Map<string, number>()
  readonly #countByListener = new Map<string, number>()
  #count = 0

  constructor(config: KafkaConfig, listenerNames: readonly string[]) {
    this.#config = config
    this.#listenerNames = listenerNames
  }

  get connectionCount(): number {
    return this.#count
  }

  admit(listenerName: string, address: string): Admission {
    if (this.#isFull(listenerName)) return 'waits'
    const ofAddress = this.#countByAddress.get(address) ?? 0
    if (ofAddress >= this.addressMax(address)) return 'refused'
    this.#count++
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

  /** Whether the protected listener has brought more connections than the broker may have, and others must yield. */
  isExceeded(): boolean {
    return this.#count > this.#config.get('max.connections')
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

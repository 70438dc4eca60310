import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import type { Random } from '../ports.ts'

/**
 * Everything a simulated run draws comes from here. A fork depends on the seed and the fork's name alone, never on
 * what was drawn before: one more draw in the workload leaves the disk's latencies as they were.
 */
export class Seed implements Random {
  readonly value: number
  readonly #generator: ReturnType<typeof xoroshiro128plus>

  constructor(value: number) {
    this.value = value >>> 0
    // Neighbouring seeds yield neighbouring first numbers otherwise.
    this.#generator = xoroshiro128plus(mix(this.value))
  }

  fork(name: string): Seed {
    let hash = mix(this.value ^ 0x9e37_79b9)
    for (let index = 0; index < name.length; index++) hash = mix(hash ^ name.charCodeAt(index))
    return new Seed(hash)
  }

  uint32(): number {
    return this.#generator.next() >>> 0
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.uint32() & 0xff)
  }

  /** Uniform, both bounds included. */
  between(least: number, most: number): number {
    return uniformInt(this.#generator, least, most)
  }

  /** Uniform in [0, 1). */
  fraction(): number {
    return this.uint32() / 0x1_0000_0000
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.between(0, items.length - 1)]!
  }

  /** One of the keys, as often as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const names = Object.keys(weights) as Name[]
    let left = this.fraction() * names.reduce((sum, name) => sum + weights[name], 0)
    for (const name of names) {
      left -= weights[name]
      if (left < 0) return name
    }
    return names.at(-1)!
  }
}

/** The finalizer of MurmurHash3. */
function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

import { OffsetRegister } from './offset-register.ts'
import type { World } from './world.ts'

/** The committed offsets of one group, as they may be. */
export class OffsetRegisters {
  readonly #groupId: string
  readonly #world: World
  readonly #registers = new Map<string, OffsetRegister>()

  constructor(groupId: string, world: World) {
    this.#groupId = groupId
    this.#world = world
  }

  of(topic: string, partition: number): OffsetRegister {
    const name = `${topic}-${partition}`
    let register = this.#registers.get(name)
    if (register === undefined) {
      register = new OffsetRegister()
      this.#registers.set(name, register)
    }
    return register
  }

  generationBegan(generation: number): void {
    for (const register of this.#registers.values()) register.generationBegan(generation, this.#world.nowMs)
  }

  fetched(topic: string, partition: number, offset: number, sentMs: number): void {
    const register = this.of(topic, partition)
    const { checker, nowMs } = this.#world
    checker.check(
      'a committed offset is the one last acknowledged, or one in doubt',
      register.allows(offset, sentMs, nowMs),
      () =>
        `${this.#groupId} ${topic}-${partition}: ${offset} was fetched (${sentMs.toFixed(1)}–${nowMs.toFixed(1)}); written were ${register}`,
    )
  }
}

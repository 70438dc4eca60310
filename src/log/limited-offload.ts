import type { Offload } from '../ports.ts'

/** At most so many of its tasks are on other threads at a time; the others wait for their turn. */
export class LimitedOffload implements Offload {
  readonly #offload: Offload
  readonly #tasksMax: () => number
  readonly #waiting: (() => void)[] = []
  #underWay = 0

  /** `tasksMax` may change at any time: what is under way goes on. */
  constructor(offload: Offload, tasksMax: () => number) {
    this.#offload = offload
    this.#tasksMax = tasksMax
  }

  run<Result>(name: string, input: unknown, transfer?: readonly ArrayBuffer[]): Promise<Result> {
    if (this.#underWay < this.#tasksMax()) return this.#run(name, input, transfer)
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => void this.#run<Result>(name, input, transfer).then(resolve, reject))
    })
  }

  async #run<Result>(name: string, input: unknown, transfer?: readonly ArrayBuffer[]): Promise<Result> {
    this.#underWay++
    try {
      return await this.#offload.run<Result>(name, input, transfer)
    } finally {
      this.#underWay--
      while (this.#waiting.length > 0 && this.#underWay < this.#tasksMax()) this.#waiting.shift()!()
    }
  }
}

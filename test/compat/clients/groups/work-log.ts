import type { Work } from '../commands.ts'

/** What members of an agent have done since it was asked last. */
export class WorkLog {
  #work: Work[] = []

  add(work: Work): void {
    this.#work.push(work)
  }

  take(): Work[] {
    const work = this.#work
    this.#work = []
    return work
  }
}

/** The commits of one member. */
export class Commits {
  readonly #log: WorkLog
  readonly #commit: (partition: number, offset: number) => Promise<unknown>
  /** By partition, what was read and could not be committed. */
  readonly #open = new Map<number, { readonly since: number; readonly to: number }>()

  constructor(log: WorkLog, commit: (partition: number, offset: number) => Promise<unknown>) {
    this.#log = log
    this.#commit = commit
  }

  /** Has what was read committed, notes what came of it, and answers whether it was. */
  async read(partition: number, from: number, to: number): Promise<boolean> {
    const open = this.#open.get(partition)
    const since = open?.to === from ? open.since : from
    const committed = await this.#commit(partition, to).then(
      () => true,
      () => false,
    )
    if (committed) this.#open.delete(partition)
    else this.#open.set(partition, { since, to })
    this.#log.add({ partition, since, from, to, committed })
    return committed
  }
}

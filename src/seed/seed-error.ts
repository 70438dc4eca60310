import { StartupError } from '../startup-error.ts'

/** Where something stands in a seed. */
export interface Place {
  /** The file as it was named, or what stands for it. */
  readonly source: string
  readonly line: number | undefined
  /** `topics[0].configs.retention.ms`; empty for the whole. */
  readonly path: string
}

export interface Problem {
  readonly place: Place
  readonly message: string
}

/** As many are told at once. */
const problemsToldMax = 20

/** The seed is wrong, or refused by the broker. The message has one line for each problem, `seed.yaml:12: topics[0].partitions: …`. */
export class SeedError extends StartupError {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[], cause?: unknown) {
    const told = problems.slice(0, problemsToldMax).map(problemLine)
    const untold = problems.length - told.length
    super([...told, ...(untold > 0 ? [`and ${untold} more`] : [])].join('\n'), cause)
    this.problems = problems
  }
}

export function problemLine({ place: { source, line, path }, message }: Problem): string {
  return [line === undefined ? source : `${source}:${line}`, ...(path === '' ? [] : [path]), message].join(': ')
}

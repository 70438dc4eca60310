import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const repository = fileURLToPath(new URL('../../..', import.meta.url))

/** A bug put into a copy of the source: `text` stands in `file` exactly once. */
export interface Mutant {
  readonly name: string
  /** A run known to catch it, which is looked at first: simulated runs change with what they simulate. */
  readonly seed?: number
  /** Below the directory that is hunted in. */
  readonly file: string
  readonly text: string
  readonly replacement: string
}

export interface Hunt {
  /** Where the mutants' files are. */
  readonly directory: string
  /** Says which seed fails first: `node script <first seed> <count>`. */
  readonly script: string
  readonly seedsMax: number
  readonly copies: number
}

export interface Caught {
  readonly mutant: string
  /** `undefined`: it got away. */
  readonly seed: number | undefined
  readonly failure: string
}

/** Puts each mutant into a copy of the source and looks for the first seed that fails. */
export async function huntMutants(mutants: readonly Mutant[], options: Hunt): Promise<Caught[]> {
  const caught: Caught[] = []
  const queue = [...mutants]
  const hunter = async () => {
    const copy = copyOfSource()
    try {
      for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
        caught.push(await hunt(mutant, copy, options))
      }
    } finally {
      rmSync(copy, { recursive: true, force: true })
    }
  }
  await Promise.all(Array.from({ length: options.copies }, hunter))
  return caught.toSorted((a, b) => order(mutants, a) - order(mutants, b))
}

function order(mutants: readonly Mutant[], { mutant }: Caught): number {
  return mutants.findIndex(({ name }) => name === mutant)
}

function copyOfSource(): string {
  const copy = mkdtempSync(join(tmpdir(), 'ottla-mutants-'))
  for (const part of ['src', 'test/sim', 'test/support', 'package.json']) {
    cpSync(join(repository, part), join(copy, part), { recursive: true })
  }
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

async function hunt(mutant: Mutant, copy: string, { directory, script, seedsMax }: Hunt): Promise<Caught> {
  const file = join(copy, directory, mutant.file)
  const source = readFileSync(file, 'utf8')
  assert.equal(source.split(mutant.text).length, 2, `${mutant.name}: its text stands once in ${mutant.file}`)
  writeFileSync(
    file,
    source.replace(mutant.text, () => mutant.replacement),
  )
  try {
    const failing = async (first: number, count: number) => {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [join(copy, script), String(first), String(count)],
        // What is not mutated is compiled once.
        { env: { ...process.env, NODE_COMPILE_CACHE: join(copy, 'compile-cache') } },
      )
      return JSON.parse(stdout) as { seed: number; failure: string } | null
    }
    const known = mutant.seed === undefined ? null : await failing(mutant.seed, 1)
    const found = known ?? (await failing(1, seedsMax))
    return { mutant: mutant.name, seed: found?.seed, failure: found?.failure ?? 'not caught' }
  } finally {
    writeFileSync(file, source)
  }
}

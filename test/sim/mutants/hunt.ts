import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Mutant } from './log-mutants.ts'

const repository = fileURLToPath(new URL('../../..', import.meta.url))

export interface Caught {
  readonly mutant: string
  /** `undefined`: it got away. */
  readonly seed: number | undefined
  readonly failure: string
}

/** Puts each mutant into a copy of the source and looks for the first seed that fails. */
export async function huntMutants(mutants: readonly Mutant[], seedsMax: number, copies: number): Promise<Caught[]> {
  const caught: Caught[] = []
  const queue = [...mutants]
  const hunter = async () => {
    const copy = copyOfSource()
    try {
      for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
        caught.push(await hunt(mutant, copy, seedsMax))
      }
    } finally {
      rmSync(copy, { recursive: true, force: true })
    }
  }
  await Promise.all(Array.from({ length: copies }, hunter))
  return caught.toSorted((a, b) => order(mutants, a) - order(mutants, b))
}

function order(mutants: readonly Mutant[], { mutant }: Caught): number {
  return mutants.findIndex(({ name }) => name === mutant)
}

function copyOfSource(): string {
  const copy = mkdtempSync(join(tmpdir(), 'ottla-mutants-'))
  for (const part of ['src', 'test/sim', 'package.json']) {
    cpSync(join(repository, part), join(copy, part), { recursive: true })
  }
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

async function hunt(mutant: Mutant, copy: string, seedsMax: number): Promise<Caught> {
  const file = join(copy, 'src/log', mutant.file)
  const source = readFileSync(file, 'utf8')
  assert.equal(source.split(mutant.text).length, 2, `${mutant.name}: its text stands once in ${mutant.file}`)
  writeFileSync(
    file,
    source.replace(mutant.text, () => mutant.replacement),
  )
  try {
    const script = join(copy, 'test/sim/log/find-failure.ts')
    const { stdout } = await promisify(execFile)(process.execPath, [script, '1', String(seedsMax)])
    const found = JSON.parse(stdout) as { seed: number; failure: string } | null
    return { mutant: mutant.name, seed: found?.seed, failure: found?.failure ?? 'not caught' }
  } finally {
    writeFileSync(file, source)
  }
}

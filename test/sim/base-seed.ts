import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Where no commit is known, as in a tarball. */
const fixedSeed = 20_260

/**
 * Where simulated runs begin: `OTTLA_TEST_SEED`, else drawn from the commit, so that every commit looks at other runs and
 * always at the same ones.
 */
export function baseSeed(): number {
  const given = process.env['OTTLA_TEST_SEED']
  if (given !== undefined) return Number(given) >>> 0
  try {
    const directory = fileURLToPath(new URL('../..', import.meta.url))
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: directory, encoding: 'utf8', stdio: 'pipe' })
    return Number.parseInt(commit.slice(0, 8), 16) >>> 0
  } catch {
    return fixedSeed
  }
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'

/** Members of other people's clients come and go so many times: the suites of `test/compat/clients`, at full length. */
export async function soakClients(changes = 100): Promise<void> {
  const suites = globSync('test/compat/clients/**/*-groups.test.ts')
  const child = spawn(process.execPath, ['--test', '--test-concurrency=1', ...suites], {
    env: { ...process.env, OTTLA_GROUP_CHANGES: String(changes) },
    stdio: 'inherit',
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`clients: the suites ended with code ${code}`)
}

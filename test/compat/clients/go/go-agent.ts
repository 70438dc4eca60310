import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cached } from '../../../support/java.ts'
import type { AgentCommand } from '../agent.ts'

const run = promisify(execFile)
const here = fileURLToPath(new URL('.', import.meta.url))

/** An agent built once from the module of this folder. */
export async function goAgent(name: 'franz-go' | 'sarama'): Promise<AgentCommand> {
  const sources = ['go.mod', 'go.sum', 'loop/loop.go', 'loop/work.go', `${name}/main.go`, `${name}/worker.go`].map(
    file => readFileSync(join(here, file), 'utf8'),
  )
  const { stdout: version } = await run('go', ['version'])
  const directory = await cached(`go-${name}`, [...sources, version], async into => {
    await run('go', ['build', '-buildvcs=false', '-o', join(into, name), `./${name}`], { cwd: here })
  })
  return { file: join(directory, name), args: [] }
}

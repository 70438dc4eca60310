import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cached } from '../../../support/java.ts'
import type { AgentCommand } from '../agent.ts'

const run = promisify(execFile)
const here = fileURLToPath(new URL('.', import.meta.url))

/** An agent in a virtual environment that holds what `requirements.txt` names and is made once. */
export async function pythonAgent(source: URL): Promise<AgentCommand> {
  const requirements = join(here, 'requirements.txt')
  const { stdout: version } = await run('python3', ['--version'])
  const environment = await cached('python', [readFileSync(requirements, 'utf8'), version], async directory => {
    await run('python3', ['-m', 'venv', directory])
    await run(join(directory, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '-r', requirements])
  })
  const file = join(environment, 'bin', 'python')
  return { file, args: [fileURLToPath(source)], env: { PYTHONPATH: here, PYTHONDONTWRITEBYTECODE: '1' } }
}

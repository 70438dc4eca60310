import { runToolHere } from '../../../src/cli/run-tool-here.ts'
import { TestTerminal } from '../../cli/test-terminal.ts'

export interface ToolRun {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs one of Ottla's tools in this process, called by the given name. */
export async function runOwnTool(name: string, args: readonly string[], input = ''): Promise<ToolRun> {
  const terminal = new TestTerminal({ input })
  const code = await runToolHere({ tool: name, commandLine: args }, terminal)
  return { code, stdout: terminal.stdout, stderr: terminal.stderr }
}

import { runTool } from '../../../src/cli/run-tool.ts'
import type { Terminal } from '../../../src/cli/terminal.ts'
import { findTool } from '../../../src/cli/tools.ts'
import { createChecksum } from '../../../src/platform/checksum.ts'
import { createCompression } from '../../../src/platform/compression.ts'
import { NodeClock } from '../../../src/platform/node-clock.ts'
import { NodeDisk } from '../../../src/platform/node-disk.ts'
import { NodeRandom } from '../../../src/platform/node-random.ts'
import { TcpTransport } from '../../../src/platform/tcp-transport.ts'

export interface ToolRun {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs one of Ottla's tools in this process, called by the given name. */
export async function runOwnTool(name: string, args: readonly string[], input = ''): Promise<ToolRun> {
  const found = findTool(name)
  if (found === undefined) throw new TypeError(`there is no tool ${name}`)
  let stdout = ''
  let stderr = ''
  const terminal: Terminal = {
    environment: {},
    isInteractive: false,
    print: line => {
      stdout += `${line}\n`
    },
    printError: line => {
      stderr += `${line}\n`
    },
    async write(bytes) {
      stdout += typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')
      return true
    },
    async *input() {
      if (input !== '') yield Buffer.from(input)
    },
    onStopRequest() {},
    exit: code => {
      throw new Error(`the tool ended the process with ${code}`)
    },
  }
  const { tool, isKafkaName } = found
  const call = { command: name, summary: tool.summary, isKafkaName }
  const ports = {
    clock: new NodeClock(),
    random: new NodeRandom(),
    disk: new NodeDisk(),
    transport: new TcpTransport(),
    checksum: createChecksum(),
    compression: createCompression(),
  }
  const code = await runTool(await tool.load(), call, args, terminal, ports)
  return { code, stdout, stderr }
}

import { createChecksum } from '../platform/checksum.ts'
import { createCompression } from '../platform/compression.ts'
import { NodeClock } from '../platform/node-clock.ts'
import { NodeDisk } from '../platform/node-disk.ts'
import { NodeRandom } from '../platform/node-random.ts'
import { TcpTransport } from '../platform/tcp-transport.ts'
import { NodeValueSources } from '../platform/value-sources.ts'
import type { Checksum, Compression } from '../ports.ts'
import { withBootstrapServer } from './default-bootstrap.ts'
import { runTool } from './run-tool.ts'
import type { Terminal } from './terminal.ts'
import { allOptions, type ToolPorts } from './tool.ts'
import { findTool } from './tools.ts'

/** Runs a tool in this process and resolves with its exit code. */
export async function runToolHere(
  { tool: name, commandLine }: { readonly tool: string; readonly commandLine: readonly string[] },
  terminal: Terminal,
): Promise<number> {
  const { tool, isKafkaName } = findTool(name)!
  let checksum: Checksum | undefined
  let compression: Compression | undefined
  const ports: ToolPorts = {
    clock: new NodeClock(),
    random: new NodeRandom(),
    disk: new NodeDisk(),
    transport: new TcpTransport(),
    valueSources: new NodeValueSources(),
    // Native code, and most tools need neither: a health check that lists topics shall be done sooner.
    get checksum() {
      checksum ??= createChecksum()
      return checksum
    },
    get compression() {
      compression ??= createCompression()
      return compression
    },
  }
  const command = isKafkaName ? tool.kafkaName : `ottla ${tool.name}`
  const loaded = await tool.load()
  const complete = isKafkaName
    ? commandLine
    : withBootstrapServer(commandLine, allOptions(loaded), terminal.environment)
  return await runTool(loaded, { command, summary: tool.summary, isKafkaName }, complete, terminal, ports)
}

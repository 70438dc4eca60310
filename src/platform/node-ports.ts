import type { LogLevel } from '../ports.ts'
import type { ServerPorts } from '../server-options.ts'
import { createChecksum } from './checksum.ts'
import { createCompression } from './compression.ts'
import { NodeDirectoryLocks } from './directory-lock.ts'
import { LineLoggers, type LineSink } from './line-loggers.ts'
import { NodeClock } from './node-clock.ts'
import { NodeDisk } from './node-disk.ts'
import { NodeRandom } from './node-random.ts'
import { TcpTransport } from './tcp-transport.ts'
import { NodeValueSources } from './value-sources.ts'
import { WorkerOffload } from './worker-offload.ts'

/** Every port of a node over Node.js and the machine it runs on; log lines go to `sink`. */
export function nodePorts(sink: LineSink, rootLevel: LogLevel = 'INFO'): ServerPorts {
  const clock = new NodeClock()
  const loggers = new LineLoggers(clock, sink, rootLevel)
  return {
    clock,
    disk: new NodeDisk(),
    directoryLocks: new NodeDirectoryLocks(),
    transport: new TcpTransport(),
    loggers,
    loggerLevels: loggers,
    random: new NodeRandom(),
    offload: new WorkerOffload(),
    checksum: createChecksum(),
    compression: createCompression(),
    valueSources: new NodeValueSources(),
  }
}

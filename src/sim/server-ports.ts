import {
  type Checksum,
  type Compression,
  type DirectoryLocks,
  type LoggerLevels,
  noValueSources,
  type Random,
  type Transport,
} from '../ports.ts'
import type { ServerPorts } from '../server-options.ts'
import type { SimulatedProcess } from './process.ts'

export interface SimulatedPortsOptions {
  readonly process: SimulatedProcess
  readonly transport: Transport
  readonly random: Random
  /** Functions of values: the real ones. */
  readonly checksum: Checksum
  readonly compression: Compression
  readonly offloaded: Readonly<Record<string, (input: unknown) => unknown>>
}

/** Everything a node asks of the world, on the simulated machine. */
export function simulatedPorts(options: SimulatedPortsOptions): ServerPorts {
  const { transport, random, checksum, compression, offloaded } = options
  const { clock, disk, loggers } = options.process
  return {
    clock,
    disk,
    loggers,
    transport,
    random,
    checksum,
    compression,
    directoryLocks: noLocks,
    loggerLevels: noLevels,
    valueSources: noValueSources,
    offload: {
      run: <Result>(name: string, input: unknown) =>
        new Promise<Result>((resolve, reject) => {
          const run = offloaded[name]
          clock.schedule(1, () => {
            try {
              resolve(run!(input) as Result)
            } catch (error) {
              reject(error)
            }
          })
        }),
    },
  }
}

/** One process at a time: nobody else wants the directory. */
const noLocks: DirectoryLocks = { acquire: async () => async () => {} }

const noLevels: LoggerLevels = {
  levels: () => new Map([['root', 'INFO']]),
  has: name => name === 'root',
  setLevel: () => undefined,
}

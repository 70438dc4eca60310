/**
 * Who may import whom, and what no room may touch: the rules `check-imports.ts` enforces, as data.
 *
 * Formats turn bytes into values and know no policy. Machines decide, without clock, promise or I/O. Drivers do.
 */

export interface Room {
  /** A folder of `src/` with everything below it, or one of its files. */
  readonly path: string
  readonly kind: 'format' | 'machine' | 'driver' | 'ground'
  /** What it may import besides itself. */
  readonly imports: readonly string[]
  /** Node's own modules it may import, by name; `*` for all of them. */
  readonly node?: readonly string[]
  /** Packages it may import, by name; `*` for all of them. */
  readonly packages?: readonly string[]
  /** Globals it may use although others may not. */
  readonly globals?: readonly string[]
}

const ground = ['assertion.ts', 'ports.ts', 'startup-error.ts', 'server-options.ts']

export const rooms: readonly Room[] = [
  { path: 'assertion.ts', kind: 'ground', imports: [] },
  { path: 'startup-error.ts', kind: 'ground', imports: [] },
  { path: 'ports.ts', kind: 'ground', imports: ['protocol'] },
  { path: 'server-options.ts', kind: 'ground', imports: ['ports.ts'] },
  { path: 'memory', kind: 'ground', imports: ['assertion.ts'] },
  { path: 'timers', kind: 'ground', imports: ['assertion.ts', 'ports.ts'] },

  { path: 'protocol', kind: 'format', imports: ['assertion.ts'] },
  { path: 'config', kind: 'format', imports: ['assertion.ts', 'ports.ts', 'protocol'], node: ['node:path'] },

  { path: 'controller', kind: 'machine', imports: ['assertion.ts', 'ports.ts', 'protocol'] },
  { path: 'coordinator', kind: 'machine', imports: ['assertion.ts', 'ports.ts', 'protocol', 'timers'] },
  {
    path: 'groups',
    kind: 'machine',
    imports: ['assertion.ts', 'ports.ts', 'protocol', 'coordinator', 'timers'],
    packages: ['re2js'],
  },
  { path: 'transactions', kind: 'machine', imports: ['assertion.ts', 'ports.ts', 'protocol', 'coordinator', 'timers'] },
  { path: 'replication', kind: 'machine', imports: ['assertion.ts', 'protocol'] },

  { path: 'log', kind: 'driver', imports: [...ground, 'protocol', 'memory', 'timers'] },
  { path: 'storage', kind: 'driver', imports: [...ground, 'protocol', 'config', 'controller'], node: ['node:crypto'] },
  { path: 'client', kind: 'driver', imports: [...ground, 'protocol'] },
  {
    path: 'seed',
    kind: 'driver',
    imports: [...ground, 'protocol', 'client'],
    node: ['node:path'],
    packages: ['yaml', 'csv-parse'],
  },
  { path: 'network', kind: 'driver', imports: [...ground, 'protocol', 'config', 'memory', 'timers'] },
  {
    path: 'broker',
    kind: 'driver',
    imports: [
      ...ground,
      ...['protocol', 'config', 'memory', 'timers', 'controller', 'coordinator', 'groups', 'transactions'],
      ...['replication', 'log', 'network', 'storage'],
    ],
  },
  {
    path: 'server',
    kind: 'driver',
    imports: [...ground, 'protocol', 'config', 'controller', 'storage'],
    node: ['node:path'],
  },
  {
    path: 'server.ts',
    kind: 'driver',
    imports: [
      ...ground,
      ...['protocol', 'config', 'memory', 'timers', 'controller', 'coordinator', 'groups', 'transactions'],
      ...['replication', 'log', 'network', 'storage', 'broker', 'server'],
    ],
    node: ['node:path'],
  },
  {
    path: 'platform',
    kind: 'driver',
    imports: [...ground, 'protocol'],
    node: ['*'],
    packages: ['*'],
    globals: ['process', 'performance', 'Date.now', 'setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate'],
  },
  {
    path: 'cli',
    kind: 'driver',
    imports: [
      ...ground,
      'protocol',
      'config',
      'client',
      'seed',
      'controller',
      'groups/regex',
      'storage',
      'platform',
      'server.ts',
    ],
    node: ['node:path', 'node:util'],
    packages: ['cli-table3', 'yaml'],
  },
  {
    path: 'main.ts',
    kind: 'driver',
    imports: ['cli', 'platform'],
    node: ['node:module'],
    globals: ['process', 'setTimeout'],
  },
  // Not part of the package: the same code on a simulated machine, for tests.
  { path: 'sim', kind: 'driver', imports: [...ground, 'protocol'], packages: ['*'] },
  { path: 'index.ts', kind: 'driver', imports: [...ground, 'platform', 'seed', 'server.ts'] },
  // Drives Docker, not a broker: the package brings it, and nothing of it runs where a broker does.
  {
    path: 'testcontainers',
    kind: 'driver',
    imports: ['platform', 'seed'],
    node: ['node:crypto', 'node:path'],
    packages: ['testcontainers', 'yaml'],
  },
  {
    path: 'testcontainers.ts',
    kind: 'driver',
    imports: ['testcontainers', 'seed', 'cli/version.ts'],
    packages: ['testcontainers'],
  },
]

/** Globals outside of `src/platform`: time, chance and turns of the loop come through the ports, or not at all. */
export const bannedGlobals: readonly string[] = [
  ...['performance', 'process', 'queueMicrotask'],
  ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'],
]

/** Members of globals that are banned although the global is not. */
export const bannedMembers: readonly string[] = ['Date.now', 'Math.random', 'globalThis.process', 'Atomics.wait']

/** Besides, in machines: whatever would let time pass while they decide. */
export const machineBannedGlobals: readonly string[] = ['Date', 'Promise', 'AbortController', 'AbortSignal']

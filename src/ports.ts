/**
 * What Ottla asks of the world: interfaces only. `platform/` implements them over Node, `sim/` over a seed.
 *
 * Drivers receive a port by argument; nothing below `platform/` reaches for the process, the clock or the disk
 * on its own. Asynchrony exists only through these ports, which is what makes a simulated run deterministic.
 */

export interface Timer {
  /** Harmless after the timer has fired. */
  cancel(): void
}

export interface Clock {
  /** Wall-clock time in milliseconds since the Unix epoch: what record timestamps are made of. May jump. */
  nowMs(): number
  /** Milliseconds from an arbitrary origin, never going back: what deadlines are made of. */
  monotonicMs(): number
  /** Calls `callback` once, no earlier than `delayMs` from now. A pending timer does not keep the process alive. */
  schedule(delayMs: number, callback: () => void): Timer
}

/**
 * All of a broker's deadlines in one heap over one `Clock` timer. Periodic work sets its next deadline itself.
 */
export interface Deadlines {
  /** Calls `callback` once, no earlier than `delayMs` from now, in order of deadline. */
  after(delayMs: number, callback: () => void): Timer
}

export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL'

/** One named logger, such as `kafka.server.ReplicaManager`; names and levels are the ones DescribeConfigs shows. */
export interface Logger {
  isEnabled(level: LogLevel): boolean
  debug(message: string): void
  info(message: string): void
  warn(message: string, cause?: unknown): void
  error(message: string, cause?: unknown): void
}

export interface Loggers {
  /** The logger of that name, made on first use. */
  named(name: string): Logger
}

export interface Random {
  /** Uniform in [0, 2^32). */
  uint32(): number
  /** `length` random bytes. */
  bytes(length: number): Uint8Array
}

/** A file opened through `Disk`. Offsets and lengths are in bytes. */
export interface DiskFile {
  /** Reads up to `into.length` bytes at `position`; resolves with how many there were, fewer only at the end. */
  read(into: Uint8Array, position: number): Promise<number>
  /** Writes every byte of every buffer at `position`, in order, or rejects with a `DiskError`. */
  write(buffers: readonly Uint8Array[], position: number): Promise<void>
  /** Returns once the file's bytes are on stable storage (fdatasync). */
  sync(): Promise<void>
  truncate(length: number): Promise<void>
  size(): Promise<number>
  close(): Promise<void>
}

export interface DiskEntry {
  readonly name: string
  readonly isDirectory: boolean
}

/** The file system. Every rejection is a `DiskError` whose `code` is errno's name (`ENOENT`, `ENOSPC`, …). */
export interface Disk {
  /** `read` and `write` need the file to exist; `create` makes it where it does not. */
  open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile>
  readFile(path: string): Promise<Uint8Array>
  /** Atomic and durable: a temporary beside it, fsync, rename, fsync of the directory. */
  replaceFile(path: string, bytes: Uint8Array): Promise<void>
  list(path: string): Promise<DiskEntry[]>
  makeDirectory(path: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  removeTree(path: string): Promise<void>
  syncDirectory(path: string): Promise<void>
  fileSize(path: string): Promise<number>
  space(path: string): Promise<{ totalBytes: number; usableBytes: number }>
}

/** The operating system refused. `code` is errno's name. */
export class DiskError extends Error {
  override readonly name = 'DiskError'
  readonly code: string
  readonly path: string

  constructor(code: string, path: string, cause?: unknown) {
    super(`${code}: ${path}`, { cause })
    this.code = code
    this.path = path
  }
}

/** Runs pure functions on other threads. `name` is one of the worker's own table. */
export interface Offload {
  run<Result>(name: string, input: unknown, transfer?: readonly ArrayBuffer[]): Promise<Result>
}

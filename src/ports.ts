/**
 * What Ottla asks of the world: interfaces only. `platform/` implements them over Node, `sim/` over a seed.
 *
 * Drivers receive a port by argument; nothing below `platform/` reaches for the process, the clock or the disk
 * on its own. Asynchrony exists only through these ports, which is what makes a simulated run deterministic.
 */

import type { CompressionType } from './protocol/records/compression-type.ts'

export interface Timer {
  /** Harmless after the timer has fired. */
  cancel(): void
}

export interface Clock {
  /** Wall-clock time in milliseconds since the Unix epoch: what record timestamps are made of. May jump. */
  nowMs(): number
  /** Milliseconds from an arbitrary origin, never going back: what deadlines are made of. */
  monotonicMs(): number
  /**
   * Calls `callback` once, no earlier than `delayMs` from now and never before this returns; 0 means in the next turn
   * of the loop, after what sockets and files have ready. A pending timer does not keep the process alive.
   */
  schedule(delayMs: number, callback: () => void): Timer
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

/**
 * What DescribeConfigs and IncrementalAlterConfigs need of a BROKER_LOGGER resource. A logger without a level of its
 * own takes that of the nearest ancestor (`kafka.server` for `kafka.server.ReplicaManager`), at last that of `root`.
 */
export interface LoggerLevels {
  /** Every logger made so far, and `root`, with the level in force for it. */
  levels(): ReadonlyMap<string, LogLevel>
  has(name: string): boolean
  /** `undefined` takes the logger's own level away. Setting `root` to `undefined` is refused by an assertion. */
  setLevel(name: string, level: LogLevel | undefined): void
}

/**
 * Where values of a configuration may come from besides itself. Nothing here is waited for: a configuration is judged in
 * one step, at the start and when somebody alters it.
 */
export interface ValueSources {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What is at a path, links followed; undefined where nothing is. */
  kindOf(path: string): 'file' | 'directory' | 'other' | undefined
  /** What a directory holds; undefined where it cannot be read. */
  list(path: string): readonly string[] | undefined
  /** Undefined where it cannot be read, is no plain file, or is larger than `bytesMax`. */
  readFile(path: string, bytesMax: number): Uint8Array | undefined
}

/** For a configuration that refers to nothing outside of itself. */
export const noValueSources: ValueSources = {
  environment: {},
  kindOf: () => undefined,
  list: () => undefined,
  readFile: () => undefined,
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
  /**
   * Writes every byte of every buffer at `position`, in order. `undefined`: the operating system has them already,
   * as where a small write goes straight to the page cache. The buffers must not change until then. Throws or
   * rejects with a `DiskError`. `background`: nobody waits for it, so it must not hold up the caller.
   */
  write(buffers: readonly Uint8Array[], position: number, urgency?: 'background'): Promise<void> | undefined
  /** Returns once the file's bytes are on stable storage (fdatasync). */
  sync(): Promise<void>
  truncate(length: number): Promise<void>
  size(): Promise<number>
  /** Sets when the file was last written to (futimes), for `FileStatus.modifiedMs`. */
  setModifiedMs(modifiedMs: number): Promise<void>
  close(): Promise<void>
}

export interface DiskEntry {
  readonly name: string
  readonly isDirectory: boolean
}

export interface FileStatus {
  readonly sizeInBytes: number
  /** Milliseconds since the Unix epoch. */
  readonly modifiedMs: number
}

/** The file system. Every rejection is a `DiskError` whose `code` is errno's name (`ENOENT`, `ENOSPC`, …). */
export interface Disk {
  /** `read` and `write` need the file to exist; `create` makes it where it does not. */
  open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile>
  readFile(path: string): Promise<Uint8Array>
  /** Atomic and durable: a temporary beside it, fsync, rename, fsync of the directory. */
  replaceFile(path: string, bytes: Uint8Array): Promise<void>
  list(path: string): Promise<DiskEntry[]>
  /** With its parents. False: it was there already. */
  makeDirectory(path: string): Promise<boolean>
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  removeTree(path: string): Promise<void>
  syncDirectory(path: string): Promise<void>
  status(path: string): Promise<FileStatus>
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

/** Which directories are in use, by this process or another. */
export interface DirectoryLocks {
  /**
   * Claims a directory that exists; resolves with what gives it back. The end of the process does so too. Rejects with
   * a `DiskError`, whose code is EAGAIN where somebody else has it.
   */
  acquire(path: string): Promise<() => Promise<void>>
}

export interface Checksum {
  /** CRC-32C (Castagnoli) of `bytes`, as an unsigned 32-bit number. */
  crc32c(bytes: Uint8Array): number
}

/** `level` is the codec's own (`compression.gzip.level`, …); `undefined` stands for its default. */
export interface Compression {
  /** The framing of each codec is the one Kafka's clients read: gzip, xerial snappy, LZ4 frame, zstd. */
  compress(type: CompressionType, bytes: Uint8Array, level?: number): Uint8Array
  /**
   * Throws a `CompressionError`: `CORRUPT` where the bytes are not what the codec writes, `TOO_LARGE` where they would
   * become more than `bytesMax`, of which no more is allocated. With `isTransient` the result may be overwritten by the
   * next call.
   */
  decompress(type: CompressionType, bytes: Uint8Array, bytesMax: number, isTransient?: boolean): Uint8Array
}

export class CompressionError extends Error {
  override readonly name = 'CompressionError'
  readonly code: 'CORRUPT' | 'TOO_LARGE'

  constructor(code: 'CORRUPT' | 'TOO_LARGE', message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

/** Runs pure functions on other threads. `name` is one of the worker's own table. */
export interface Offload {
  run<Result>(name: string, input: unknown, transfer?: readonly ArrayBuffer[]): Promise<Result>
}

/** Where a socket is, in numeric form. An IPv4 peer of a dual-stack socket appears as IPv4. */
export interface SocketAddress {
  readonly address: string
  readonly port: number
}

/**
 * Who owns a `TransportSocket`. The socket asks where its next bytes shall go, so that the bytes of a large frame are
 * received where they will stay.
 */
export interface SocketHandler {
  /** Never empty. What it returns belongs to the socket until the next call of `received` or `closed`. */
  receiveBuffer(): Uint8Array
  /** The first `length` bytes (at least one) of the last `receiveBuffer` have arrived. */
  received(length: number): void
  /** The peer sends no more, but may still read. */
  ended(): void
  /** Bytes of a `write` were taken by the operating system: `unsentBytes` has fallen. */
  sent(): void
  /** The socket is gone; called exactly once. `cause` is absent when either side closed in order. */
  closed(cause: Error | undefined): void
}

export interface TransportSocket {
  readonly local: SocketAddress
  readonly remote: SocketAddress
  /** Bytes written but not yet taken by the operating system. */
  readonly unsentBytes: number
  /**
   * Sends the chunks in order, large ones without copying them: they must stay as they are until `unsentBytes` no
   * longer counts them. What is written in one turn goes out together at its end.
   */
  write(chunks: readonly Uint8Array[]): void
  /** Stops asking for bytes; `received` may be called once more. */
  pause(): void
  resume(): void
  /**
   * Sends what was written, then closes. With `isPeerSending` what the peer still sends is read and dropped first, up to
   * a bound in bytes and time: to close over unread bytes is to reset the connection, which can take from the peer what
   * was just sent to it.
   */
  end(isPeerSending?: boolean): void
  /** Closes at once; unsent bytes are dropped. */
  destroy(): void
}

export interface ListenOptions {
  /** A host name, an address, or empty for every interface, IPv4 and IPv6. */
  readonly host: string
  /** 0 picks a free port, the same one on every address the host stands for. */
  readonly port: number
  readonly backlogSize: number
}

export interface TransportServer {
  readonly port: number
  /** Stops accepting; accepted sockets live on. */
  close(): Promise<void>
}

/** Streams of bytes between nodes. Rejections are `TransportError`s whose `code` is errno's name (`EADDRINUSE`, …). */
export interface Transport {
  /** `accept` is called for each new socket and returns its owner, or `undefined` to close it at once. */
  listen(
    options: ListenOptions,
    accept: (socket: TransportSocket) => SocketHandler | undefined,
  ): Promise<TransportServer>
  /** Resolves once connected. */
  connect(host: string, port: number, handler: (socket: TransportSocket) => SocketHandler): Promise<TransportSocket>
}

/** The operating system refused. `code` is errno's name. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly code: string

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

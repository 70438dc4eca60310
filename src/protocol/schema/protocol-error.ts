/**
 * The bytes are not a message: cut short, overlong, or claiming lengths that cannot be. Whoever reads from a
 * connection closes that connection alone; whoever reads a log treats the record as corrupt.
 */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
  readonly code = 'ERR_PROTOCOL'
}

/**
 * The value cannot be written: out of its type's range, null where the version has no null, or a value the version
 * has no field for (Kafka's UnsupportedVersionException). It is the caller's mistake, never the peer's.
 */
export class EncodeError extends Error {
  override readonly name = 'EncodeError'
  readonly code = 'ERR_ENCODE'
}

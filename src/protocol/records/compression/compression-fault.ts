/** Compressed bytes are not what the codec writes, or would become too large. */
export class CompressionFault extends Error {
  override readonly name = 'CompressionFault'
  readonly code: 'CORRUPT' | 'TOO_LARGE'

  constructor(code: 'CORRUPT' | 'TOO_LARGE', message: string) {
    super(message)
    this.code = code
  }
}

export function corrupt(message: string): CompressionFault {
  return new CompressionFault('CORRUPT', message)
}

export function tooLarge(bytesMax: number): CompressionFault {
  return new CompressionFault('TOO_LARGE', `Decompressed size is more than ${bytesMax} bytes`)
}

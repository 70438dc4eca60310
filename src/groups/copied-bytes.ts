/**
 * A copy of bytes that outlives the request or batch they are a view of, whose memory is used again. `slice` would do
 * for a `Uint8Array`, but a `Buffer` is one too, and its `slice` is another view.
 */
export function copiedBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}

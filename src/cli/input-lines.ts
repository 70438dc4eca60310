/** The longest line that is taken. */
const lineBytesMax = 16 * 1024 * 1024

/** The lines of a stream, those together that came together; the last may lack its end. Throws a `RangeError`. */
export async function* lines(input: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of input) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = parts.pop()!
    if (rest.length > lineBytesMax) throw new RangeError(`a line is longer than ${lineBytesMax} characters`)
    if (parts.length > 0) yield parts.map(withoutReturn)
  }
  rest += decoder.decode()
  if (rest !== '') yield [withoutReturn(rest)]
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

/** `key=value` of options that may be repeated; without a value it is empty, and of a key given twice the last counts. */
export function keyValues(texts: readonly string[]): Map<string, string> {
  return new Map(
    texts.map(text => {
      const at = text.indexOf('=')
      return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
    }),
  )
}

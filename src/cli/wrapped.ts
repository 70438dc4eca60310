/** A text in lines of at most so many characters; a word that is longer than a line has one of its own. */
export function wrapped(
  text: string,
  {
    width,
    indent = '',
    firstIndent = '',
  }: { readonly width: number; readonly indent?: string; readonly firstIndent?: string },
): string[] {
  const lines: string[] = []
  let line = firstIndent
  let isEmpty = true
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + word.length + 1 > width) {
      lines.push(line)
      line = indent
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line]
}

import { ConfigError } from './config-error.ts'

/**
 * Parses the bytes of a `server.properties` file as `java.util.Properties.load(InputStream)` does: ISO-8859-1, with
 * `\uXXXX` for what that cannot say. Of a key given twice the last one counts.
 */
export function parsePropertiesFile(bytes: Uint8Array): Map<string, string> {
  let text = ''
  // Latin-1 is the first 256 code points; in chunks, since the number of arguments of a call is bounded.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return parseProperties(text)
}

/** Parses text in the format of `java.util.Properties`. Throws `ConfigError` on a malformed `\u` escape. */
export function parseProperties(text: string): Map<string, string> {
  const properties = new Map<string, string>()
  for (const line of logicalLines(text)) {
    let at = 0
    while (at < line.length && !isSeparator(line[at]!)) at += line[at] === '\\' ? 2 : 1
    const keyEnd = Math.min(at, line.length)
    // White space, then at most one `=` or `:`, then white space again.
    at = skipWhiteSpace(line, keyEnd)
    if (line[at] === '=' || line[at] === ':') at = skipWhiteSpace(line, at + 1)
    properties.set(unescaped(line.slice(0, keyEnd)), unescaped(line.slice(at)))
  }
  return properties
}

/** One `key=value` of the command line. Nothing is unescaped: the shell has done that. */
export function parseOverride(argument: string): [string, string] {
  const at = argument.indexOf('=')
  if (at <= 0) throw new ConfigError(`Invalid override '${argument}': expected key=value`)
  return [argument.slice(0, at), argument.slice(at + 1)]
}

/** Lines without comments and blank ones; a line that ends in an odd number of backslashes goes on in the next. */
function* logicalLines(text: string): Generator<string> {
  let continued = ''
  for (const natural of text.split(/\r\n|\n|\r/)) {
    const line = natural.slice(skipWhiteSpace(natural, 0))
    if (continued === '' && (line === '' || line[0] === '#' || line[0] === '!')) continue
    let backslashes = 0
    while (backslashes < line.length && line[line.length - 1 - backslashes] === '\\') backslashes++
    const isContinued = backslashes % 2 === 1
    continued += isContinued ? line.slice(0, -1) : line
    if (isContinued) continue
    yield continued
    continued = ''
  }
  if (continued !== '') yield continued
}

function isSeparator(char: string): boolean {
  return char === '=' || char === ':' || isWhiteSpace(char)
}

function isWhiteSpace(char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\f'
}

function skipWhiteSpace(line: string, from: number): number {
  let at = from
  while (isWhiteSpace(line[at])) at++
  return at
}

function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(/\\(u[\s\S]{0,4}|[\s\S]|$)/g, (_all, code: string) => {
    switch (code[0]) {
      case 'u':
        if (!/^u[0-9a-fA-F]{4}$/.test(code)) throw new ConfigError('Malformed \\uxxxx encoding.')
        return String.fromCharCode(Number.parseInt(code.slice(1), 16))
      case 't':
        return '\t'
      case 'n':
        return '\n'
      case 'r':
        return '\r'
      case 'f':
        return '\f'
      default:
        return code
    }
  })
}

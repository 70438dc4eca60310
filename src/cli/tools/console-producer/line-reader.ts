import type { RecordToSend } from '../../../client/producer.ts'
import { ToolError } from '../../tool.ts'

const utf8 = new TextEncoder()

/** Turns lines into records, as Kafka's `LineMessageReader` does by the same properties. */
export class LineReader {
  readonly #parsesKey: boolean
  readonly #parsesHeaders: boolean
  readonly #ignoresErrors: boolean
  readonly #keySeparator: string
  readonly #headersDelimiter: string
  readonly #headersSeparator: string
  readonly #headersKeySeparator: string
  readonly #nullMarker: string | undefined
  #lineNumber = 0

  /** Throws a `ToolError` where two separators are the same. */
  constructor(properties: ReadonlyMap<string, string>) {
    const isTrue = (key: string) => properties.get(key)?.trim().toLowerCase() === 'true'
    this.#parsesKey = isTrue('parse.key')
    this.#parsesHeaders = isTrue('parse.headers')
    this.#ignoresErrors = isTrue('ignore.error')
    this.#keySeparator = properties.get('key.separator') ?? '\t'
    this.#headersDelimiter = properties.get('headers.delimiter') ?? '\t'
    this.#headersSeparator = properties.get('headers.separator') ?? ','
    this.#headersKeySeparator = properties.get('headers.key.separator') ?? ':'
    this.#nullMarker = properties.get('null.marker')
    this.#checkDistinct()
  }

  #checkDistinct(): void {
    const separators: [string, string][] = [
      ['headers.delimiter', this.#headersDelimiter],
      ['headers.separator', this.#headersSeparator],
      ['headers.key.separator', this.#headersKeySeparator],
    ]
    for (const [index, [name, text]] of separators.entries()) {
      for (const [other, otherText] of separators.slice(index + 1)) {
        if (text === otherText) throw new ToolError(`${name} and ${other} may not be equal`)
      }
    }
    const marked = [['key.separator', this.#keySeparator], ...separators].find(([, text]) => text === this.#nullMarker)
    if (marked !== undefined) throw new ToolError(`null.marker and ${marked[0]} may not be equal`)
  }

  /** Throws a `ToolError` where the line lacks a part, unless errors are to be ignored. */
  record(line: string): RecordToSend {
    this.#lineNumber++
    const headers = this.#part(this.#parsesHeaders, line, this.#headersDelimiter, 'headers delimiter')
    const afterHeaders = headers === undefined ? line : line.slice(headers.length + this.#headersDelimiter.length)
    const key = this.#part(this.#parsesKey, afterHeaders, this.#keySeparator, 'key separator', line)
    const value = key === undefined ? afterHeaders : afterHeaders.slice(key.length + this.#keySeparator.length)
    return {
      key: key === undefined ? null : this.#bytes(key),
      value: this.#bytes(value),
      headers: headers === undefined || headers === this.#nullMarker ? [] : this.#headers(headers),
    }
  }

  #part(isWanted: boolean, text: string, separator: string, name: string, line = text): string | undefined {
    if (!isWanted) return undefined
    const end = text.indexOf(separator)
    if (end >= 0) return text.slice(0, end)
    if (this.#ignoresErrors) return undefined
    throw new ToolError(`No ${name} found on line number ${this.#lineNumber}: '${line}'`)
  }

  #headers(text: string): { key: string; value: Uint8Array | null }[] {
    return text.split(this.#headersSeparator).map(pair => {
      const at = pair.indexOf(this.#headersKeySeparator)
      if (at < 0) {
        if (this.#ignoresErrors) return { key: pair, value: null }
        throw new ToolError(`No header key separator found in pair '${pair}' on line number ${this.#lineNumber}`)
      }
      const key = pair.slice(0, at)
      if (key === this.#nullMarker) {
        throw new ToolError(
          `Header keys should not be equal to the null marker '${this.#nullMarker}' as they can't be null`,
        )
      }
      return { key, value: this.#bytes(pair.slice(at + this.#headersKeySeparator.length)) }
    })
  }

  #bytes(text: string): Uint8Array | null {
    return text === this.#nullMarker ? null : utf8.encode(text)
  }
}

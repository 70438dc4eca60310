import type { FetchedRecord } from '../../../client/fetcher.ts'
import { ToolError } from '../../tool.ts'

const utf8 = new TextEncoder()

type Formatter = (record: FetchedRecord) => (string | Uint8Array)[]

/** Turns records into what is printed, as Kafka's `DefaultMessageFormatter` does by the same properties. */
export class RecordFormatter {
  readonly #format: Formatter

  /** `name` is a class of Kafka's, with or without its package. Throws a `ToolError` where it is not built in. */
  constructor(name: string | undefined, properties: ReadonlyMap<string, string>) {
    const simpleName = (name ?? 'DefaultMessageFormatter').replace(/^.*\./, '')
    const formatter = formatters[simpleName]
    if (formatter === undefined) {
      throw new ToolError(`java.lang.ClassNotFoundException: ${name}: this formatter is not built in`)
    }
    this.#format = formatter(properties)
  }

  bytes(record: FetchedRecord): Uint8Array {
    return Buffer.concat(this.#format(record).map(part => (typeof part === 'string' ? utf8.encode(part) : part)))
  }
}

const formatters: Readonly<Record<string, (properties: ReadonlyMap<string, string>) => Formatter>> = {
  DefaultMessageFormatter: defaultFormatter,
  LoggingMessageFormatter: properties => {
    const format = defaultFormatter(properties)
    return record => format(record)
  },
  NoOpMessageFormatter: () => () => [],
}

function defaultFormatter(properties: ReadonlyMap<string, string>): Formatter {
  const isShown = (key: string, fallback = false) =>
    properties.has(key) ? properties.get(key)!.trim().toLowerCase() === 'true' : fallback
  const separator = properties.get('key.separator') ?? '\t'
  const lineSeparator = properties.get('line.separator') ?? '\n'
  const headersSeparator = properties.get('headers.separator') ?? ','
  const nullLiteral = properties.get('null.literal') ?? 'null'
  const columns: Formatter[] = []
  if (isShown('print.timestamp')) {
    columns.push(({ timestamp, isLogAppendTime }) => [
      timestamp < 0 ? 'NO_TIMESTAMP' : `${isLogAppendTime ? 'LogAppendTime' : 'CreateTime'}:${timestamp}`,
    ])
  }
  if (isShown('print.partition')) columns.push(({ partition }) => [`Partition:${partition}`])
  if (isShown('print.offset')) columns.push(({ offset }) => [`Offset:${offset}`])
  // Records are shown without them, whatever they are.
  if (isShown('print.delivery')) columns.push(() => ['Delivery:NOT_PRESENT'])
  if (isShown('print.epoch')) columns.push(() => ['Epoch:NOT_PRESENT'])
  if (isShown('print.headers')) {
    columns.push(({ headers }) =>
      headers.length === 0
        ? ['NO_HEADERS']
        : headers.flatMap(({ key, value }, index) => [
            index === 0 ? '' : headersSeparator,
            `${key}:`,
            value ?? nullLiteral,
          ]),
    )
  }
  if (isShown('print.key')) columns.push(({ key }) => [key ?? nullLiteral])
  if (isShown('print.value', true)) columns.push(({ value }) => [value ?? nullLiteral])
  return record => [
    ...columns.flatMap((column, index) => [index === 0 ? '' : separator, ...column(record)]),
    columns.length === 0 ? '' : lineSeparator,
  ]
}

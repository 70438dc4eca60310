import { ToolError } from '../../tool.ts'
import { UsageError } from '../../usage-error.ts'

/** `2026-01-31T12:00:00.000`, with `Z`, `+01` or `+01:00` behind it or else in UTC; as milliseconds since 1970. */
export function parseDateTime(text: string): number {
  if (!text.includes('T')) {
    throw new ToolError(
      "java.text.ParseException: Error parsing timestamp. It does not contain a 'T' according to ISO8601 format",
    )
  }
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{1,3})(Z|[+-]\d{2}(?::?\d{2})?)?$/.exec(text)
  const zone = match?.[2] ?? 'Z'
  const hours = zone.length === 3 ? `${zone}:00` : zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')
  const time = match === null ? Number.NaN : Date.parse(`${match[1]}${hours}`)
  if (Number.isNaN(time)) throw new ToolError(`java.text.ParseException: Unparseable date: "${text}"`)
  return time
}

const unitMs = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1000 } as const

/** ISO 8601's `PnDTnHnMn.nS`, as milliseconds. Any part may be below zero. */
export function parseDuration(text: string): number {
  const match =
    /^(?<sign>[-+]?)P(?:(?<days>[-+]?\d+)D)?(?:T(?=[-+\d])(?:(?<hours>[-+]?\d+)H)?(?:(?<minutes>[-+]?\d+)M)?(?:(?<seconds>[-+]?\d+(?:\.\d{1,9})?)S)?)?$/i.exec(
      text,
    )
  if (match === null || /P$/i.test(text)) throw new UsageError('Text cannot be parsed to a Duration')
  const parts = Object.entries(unitMs).map(([unit, ms]) => Number(match.groups![unit] ?? 0) * ms)
  const total = parts.reduce((sum, part) => sum + part, 0)
  return match.groups!['sign'] === '-' ? -total : total
}

import type { Target } from '../scenario.ts'
import type { Measurement } from './measurement.ts'
import { median } from './statistics.ts'

export interface Row {
  readonly name: string
  readonly targets: readonly Target[]
  readonly ottla: readonly Measurement[]
  readonly kafka: readonly Measurement[]
}

/** One scenario: each figure's medians, their ratio, and what was to be reached. */
export function formatRow(row: Row): string {
  const figures = Object.keys(row.ottla[0] ?? {})
  const lines = figures.map(figure => {
    const ottla = median(row.ottla.map(measurement => measurement[figure] ?? Number.NaN))
    const kafka = median(row.kafka.map(measurement => measurement[figure] ?? Number.NaN))
    const verdicts = row.targets
      .filter(target => target.figure === figure)
      .map(target => verdict(target, target.absolute === true ? ottla : ottla / kafka))
    const ratio = Number.isNaN(kafka) ? '' : `x${number(ottla / kafka).trim()}`
    return `  ${figure.padEnd(11)} ${number(ottla)} ${number(kafka)}   ${ratio} ${verdicts.join(', ')}`
  })
  return [`${row.name.padEnd(40)}`, ...lines].join('\n')
}

export const reportHead = `${' '.repeat(14)}${'ottla'.padStart(10)} ${'kafka'.padStart(10)}   ratio (medians of rounds)`

function verdict(target: Target, value: number): string {
  const met =
    value >= (target.atLeast ?? Number.NEGATIVE_INFINITY) && value <= (target.atMost ?? Number.POSITIVE_INFINITY)
  const bound = target.atLeast === undefined ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`
  return `${met ? 'meets' : 'MISSES'} ${bound}${target.absolute === true ? ' itself' : ''}`
}

/** A dash for what is not measured of that broker. */
function number(value: number): string {
  if (Number.isNaN(value)) return '-'.padStart(10)
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toFixed(digits).padStart(10)
}

import type { OptionSpec, OptionTable } from './option-table.ts'
import { wrapped } from './wrapped.ts'

const width = 80
const between = '  '
const indent = '  '

/** A table of the options, in the form that joptsimple gives it: two columns, the options in alphabetical order. */
export function joptsimpleHelp(options: OptionTable): string[] {
  const specs = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1))
  const marks = specs.some(([, { isRequired }]) => isRequired)
  const rows: [option: string, description: string][] = [
    marks ? ['Option (* = required)', 'Description'] : ['Option', 'Description'],
    marks ? ['---------------------', '-----------'] : ['------', '-----------'],
    ...specs.map(([name, spec]): [string, string] => [synopsis(name, spec), spec.help]),
  ]
  const optionWidth = Math.min((width - between.length) / 2, Math.max(...rows.map(([option]) => option.length)))
  const descriptionWidth = width - between.length - optionWidth
  return rows.flatMap(([option, description]) => {
    const left = wrapped(option, { width: optionWidth, indent })
    const right = wrapped(description, { width: descriptionWidth, indent })
    return Array.from({ length: Math.max(left.length, right.length) }, (_, line) =>
      `${(left[line] ?? '').padEnd(optionWidth)}${between}${right[line] ?? ''}`.trimEnd(),
    )
  })
}

const javaNames = { short: 'Short', integer: 'Integer', long: 'Long' } as const

function synopsis(name: string, { argument, type, isArgumentOptional, isRequired }: OptionSpec): string {
  const head = `${isRequired ? '* ' : ''}--${name}`
  if (argument === undefined) return head
  const text = `${type === undefined ? 'String' : javaNames[type]}: ${argument}`
  return isArgumentOptional ? `${head} [${text}]` : `${head} <${text}>`
}

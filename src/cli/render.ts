import { styleText } from 'node:util'
import type { OutputFormat } from './output-format.ts'
import type { Table, ToolResult } from './tool.ts'

/** The lines that show a result. */
export function rendered(result: ToolResult, format: OutputFormat): readonly string[] {
  if (format === 'json' && result.data !== undefined) return [JSON.stringify(result.data, undefined, 2)]
  if (format === 'table' && result.table !== undefined && (result.exitCode ?? 0) === 0) return tableLines(result.table)
  return result.lines
}

function tableLines({ columns, rows }: Table): string[] {
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map(row => String(row[index] ?? '').length)),
  )
  const line = (cells: readonly (string | number)[]) =>
    cells
      .map((cell, index) =>
        typeof cell === 'number' ? String(cell).padStart(widths[index]!) : cell.padEnd(widths[index]!),
      )
      .join('  ')
      .trimEnd()
  return [styleText('bold', line(columns)), ...rows.map(line)]
}

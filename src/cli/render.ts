import type { OutputFormat } from './output-format.ts'
import type { Paint } from './terminal.ts'
import type { ToolResult } from './tool.ts'

/** To lay out a table takes its time; nobody reads one of more rows. */
const tableRowsMax = 2000

/** The lines that show a result. */
export async function rendered(result: ToolResult, format: OutputFormat, paint: Paint): Promise<readonly string[]> {
  const { data, table, exitCode = 0, lines } = result
  if (format === 'json' && data !== undefined) return [JSON.stringify(data, undefined, 2)]
  if (format !== 'table' || table === undefined || exitCode !== 0 || table.rows.length > tableRowsMax) return lines
  const { tableText } = await import('./table-text.ts')
  return tableText(table, paint)
}

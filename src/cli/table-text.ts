import Table from 'cli-table3'
import type { Paint } from './terminal.ts'
import type { Table as Cells } from './tool.ts'

const none = ''
const chars = {
  ...{ top: none, 'top-mid': none, 'top-left': none, 'top-right': none },
  ...{ bottom: none, 'bottom-mid': none, 'bottom-left': none, 'bottom-right': none },
  ...{ left: none, 'left-mid': none, mid: none, 'mid-mid': none, right: none, 'right-mid': none },
  middle: '  ',
}

/** Rows under their titles, two spaces between the columns; columns of numbers end where their titles do. */
export function tableText({ columns, rows }: Cells, paint: Paint): string[] {
  const table = new Table({
    chars,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    head: columns.map(column => paint('bold', column)),
    colAligns: columns.map((_, index) => (isNumeric(rows, index) ? 'right' : 'left')),
  })
  table.push(...rows.map(row => row.map(String)))
  return table
    .toString()
    .split('\n')
    .map(line => line.trimEnd())
}

/** Where a number is not known there stands a dash. */
function isNumeric(rows: Cells['rows'], index: number): boolean {
  const cells = rows.map(row => row[index])
  return cells.some(cell => typeof cell === 'number') && cells.every(cell => typeof cell === 'number' || cell === '-')
}

/**
 * Lines in columns as Kafka's tools print them with `%-15s %-10s %s`: each cell padded to its column's width, one space
 * between. The last column is not padded where its width is 0.
 */
export function columnLine(widths: readonly number[], cells: readonly (string | number | boolean)[]): string {
  return cells.map((cell, index) => String(cell).padEnd(widths[index] ?? 0)).join(' ')
}

/** The width that holds every cell, and no less than `min`. */
export function columnWidth(min: number, cells: readonly string[]): number {
  return Math.max(min, ...cells.map(cell => cell.length))
}

/** Rows under titles as Kafka's newer tools print them: every cell padded to its column and followed by a tab. */
export function tabbedLines(titles: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const table = [titles, ...rows].map(row => row.map(String))
  const widths = titles.map((_, index) => Math.max(...table.map(row => row[index]!.length)))
  return table.map(row => row.map((cell, index) => `${cell.padEnd(widths[index]!)}\t`).join(''))
}

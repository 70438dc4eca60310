/** What stands where there is nothing to tell. */
export const missing = '-'

/** One part of what is told of a group. */
export interface GroupDescription {
  /** How many rows it has; without any nothing is printed but, by `--members`, the titles. */
  readonly rowCount: number
  readonly lines: readonly string[]
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
  readonly data: unknown
}

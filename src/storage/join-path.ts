/** Directories come from configuration and are absolute; `name` is a file's. */
export function joinPath(directory: string, name: string): string {
  return directory.endsWith('/') ? directory + name : `${directory}/${name}`
}

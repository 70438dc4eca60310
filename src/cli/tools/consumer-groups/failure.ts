/** Kafka's tool tells of failures on standard output, below an empty line, and still exits with 0. */
export function failure(message: string): string[] {
  return ['', `Error: ${message}`]
}

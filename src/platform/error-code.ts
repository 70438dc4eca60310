/**
 * The `code` of an error of Node's, such as `ENOENT`. Not asked by `instanceof`: under Jest, which runs tests in a
 * context of their own, Node's errors are those of another context.
 */
export function errorCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined
}

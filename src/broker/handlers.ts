import type { Handler } from './handler.ts'

/** An API Ottla serves. Its code loads when the first request comes, so that a start reads only what it needs. */
export interface HandlerEntry {
  readonly key: number
  readonly load: () => Promise<{ readonly handler: Handler }>
}

/**
 * Everything that is served, by API key, in the versions of `protocol/api-keys.ts`. What is not in this list is
 * neither advertised nor answered.
 */
export const handlerEntries: readonly HandlerEntry[] = [{ key: 18, load: () => import('./handlers/api-versions.ts') }]

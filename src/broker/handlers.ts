import type { Handler } from './handler.ts'

/**
 * An API Ottla serves. The range is what ApiVersions advertises: Kafka 4.3's latest stable one. The code loads
 * when the first request comes, so that a start reads only what it needs.
 */
export interface HandlerEntry {
  readonly key: number
  readonly name: string
  readonly versionMin: number
  readonly versionMax: number
  readonly load: () => Promise<{ readonly handler: Handler }>
}

/** Everything that is served, by API key. What is not in this list is not advertised. */
export const handlerEntries: readonly HandlerEntry[] = []

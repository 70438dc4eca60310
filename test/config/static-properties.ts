import { DescribeConfigs } from '../../src/protocol/apis/describe-configs.ts'
import type { Wire } from './wire.ts'

/** What the node was started with, as it says itself. */
export async function staticProperties(wire: Wire): Promise<Map<string, string>> {
  const STATIC_BROKER_CONFIG = 4
  const body = { resources: [{ resourceType: 4, resourceName: '1', configurationKeys: null }], includeSynonyms: true }
  const response = (await wire.send(DescribeConfigs, 4, body)) as Described
  const properties = new Map<string, string>()
  for (const { synonyms } of response.results[0]!.configs) {
    for (const { name, value, source } of synonyms) {
      if (source === STATIC_BROKER_CONFIG && value !== null) properties.set(name, value)
    }
  }
  return properties
}

interface Described {
  readonly results: readonly {
    readonly configs: readonly {
      readonly synonyms: readonly { readonly name: string; readonly value: string | null; readonly source: number }[]
    }[]
  }[]
}

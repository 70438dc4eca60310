import { int, list } from '../config-key.ts'
import { listOfAny } from '../validators.ts'

/** A client metrics subscription (`ClientMetricsConfigs`, KIP-714). */
export const clientMetricsKeys = {
  metrics: list('', listOfAny({ empty: true, null: false })).medium.warns(
    'plugins',
    'Prefixes of the metric names a matching client pushes; `*` means all of them.',
  ),
  'interval.ms': int(300_000).medium.warns('plugins', 'Milliseconds between two pushes of a matching client.'),
  match: list('', listOfAny({ empty: true, null: false })).medium.warns(
    'plugins',
    'Which clients the subscription applies to: `name=pattern` pairs over client id, software, address and port.',
  ),
}

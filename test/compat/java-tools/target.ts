import type { KafkaNode } from '../../support/kafka-node.ts'
import { startKafka } from '../../support/kafka-node.ts'
import { startOttla } from '../../support/ottla-node.ts'

/** `OTTLA_COMPAT_TARGET=kafka` judges real Kafka instead: what it does not pass itself is no judge. */
export const isKafkaTheTarget = process.env['OTTLA_COMPAT_TARGET'] === 'kafka'

export function startTarget(properties: Readonly<Record<string, string>> = {}): Promise<KafkaNode> {
  return isKafkaTheTarget ? startKafka({ properties }) : startOttla({ properties })
}

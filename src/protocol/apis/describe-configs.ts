import { api } from '../schema/api.ts'
import { array, bool, int8, int16, int32, nullable, string } from '../schema/field.ts'

/**
 * Configuration of topics, brokers, broker loggers, groups and client metrics subscriptions: values, where each comes
 * from, and the keys it falls back to (KIP-226).
 */
export const DescribeConfigs = api(32, 'DescribeConfigs', {
  versions: [1, 4],
  flexibleSince: 4,
  request: {
    resources: array({
      resourceType: int8,
      resourceName: string,
      /** Null for all. */
      configurationKeys: nullable(array(string)),
    }),
    includeSynonyms: bool.default(false),
    includeDocumentation: bool.since(3).default(false),
  },
  response: {
    throttleTimeMs: int32,
    results: array({
      errorCode: int16,
      errorMessage: nullable(string),
      resourceType: int8,
      resourceName: string,
      configs: array({
        name: string,
        /** Null for sensitive keys. */
        value: nullable(string),
        readOnly: bool,
        /**
         * Kafka's `ConfigSource`: 1 topic, 2 dynamic broker, 3 dynamic broker default, 4 static, 5 default, 6 broker
         * logger, 7 client metrics, 8 group.
         */
        configSource: int8.default(-1),
        isSensitive: bool,
        synonyms: array({
          name: string,
          value: nullable(string),
          source: int8,
        }),
        configType: int8.since(3).default(0).ignorable(),
        documentation: nullable(string).since(3).ignorable(),
      }),
    }),
  },
})

import { int, list, long, string } from '../config-key.ts'
import { atLeast, listOfAny } from '../validators.ts'

/** Metrics and client telemetry. */
export const metricsKeys = {
  'metrics.num.samples': int(2, atLeast(1)).low.notYet(''),
  'metrics.sample.window.ms': long(30_000, atLeast(1)).low.notYet(''),
  'metric.reporters': list(
    'org.apache.kafka.common.metrics.JmxReporter',
    listOfAny({ empty: true, null: false }),
  ).low.clusterWide.notYet(''),
  'metrics.recording.level': string('INFO').low.notYet(''),
  'kafka.metrics.reporters': list('', listOfAny({ empty: true, null: false })).low.notYet(''),
  'kafka.metrics.polling.interval.secs': int(10, atLeast(1)).low.notYet(''),
  'telemetry.max.bytes': int(1_048_576, atLeast(1)).low.notYet(''),
}

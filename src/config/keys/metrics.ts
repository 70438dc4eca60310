import { int, list, long, string } from '../config-key.ts'
import { atLeast, listOfAny } from '../validators.ts'

/** Metrics and client telemetry. */
export const metricsKeys = {
  'metrics.num.samples': int(2, atLeast(1)).low.warns('jmx', 'How many samples a metric is computed from.'),
  'metrics.sample.window.ms': long(30_000, atLeast(1)).low.warns('jmx', 'The length of each sample of a metric.'),
  'metric.reporters': list(
    'org.apache.kafka.common.metrics.JmxReporter',
    listOfAny({ empty: true, null: false }),
  ).low.clusterWide.warns('plugins', 'Plugins that are told of every metric.'),
  'metrics.recording.level': string('INFO').low.warns('jmx', 'How much is measured: INFO, DEBUG or TRACE.'),
  'kafka.metrics.reporters': list('', listOfAny({ empty: true, null: false })).low.warns(
    'plugins',
    'Plugins for the older kind of metrics.',
  ),
  'kafka.metrics.polling.interval.secs': int(10, atLeast(1)).low.warns(
    'plugins',
    'How often the plugins of kafka.metrics.reporters are polled.',
  ),
  'telemetry.max.bytes': int(1_048_576, atLeast(1)).low.warns(
    'plugins',
    'The largest compressed batch of metrics a client may push.',
  ),
}

import { int, list, long, longMax, required, string } from '../config-key.ts'
import { atLeast, listOfAny, listOfThese } from '../validators.ts'

/** KRaft roles, and the broker's registration with its controller. */
export const kraftKeys = {
  'process.roles': list(required, listOfThese({ empty: false }, 'broker', 'controller')).high.honoured(
    'What this process is: `broker`, `controller` or both.',
  ),
  'node.id': int(required, atLeast(0)).high.honoured('The id of this node, unique in its cluster.'),
  'initial.broker.registration.timeout.ms': int(60_000).medium.honoured(
    'How long a starting broker waits for the controller to register it.',
  ),
  'broker.heartbeat.interval.ms': int(2000).medium.warns(
    'other brokers',
    'How often a broker sends heartbeats to the controller.',
  ),
  'broker.session.timeout.ms': int(9000).medium.warns(
    'other brokers',
    'How long a broker may be silent before the controller fences it.',
  ),
  'controller.listener.names': list(required, listOfAny({ empty: false, null: false })).high.honoured(
    'The listeners controllers use among themselves, the first of them for brokers too.',
  ),
  'sasl.mechanism.controller.protocol': string('GSSAPI').high.warns(
    'security',
    'The SASL mechanism used to talk to controllers.',
  ),
  'controller.performance.sample.period.ms': long(60_000, atLeast(100)).medium.internal.honoured(
    'How often the controller samples the duration of its events.',
  ),
  'controller.performance.always.log.threshold.ms': long(2000, atLeast(0)).medium.internal.honoured(
    'Controller events that take longer than this are logged each.',
  ),
  'server.max.startup.time.ms': long(longMax, atLeast(0)).medium.internal.honoured(
    'How long a start may take before the process gives up.',
  ),
}

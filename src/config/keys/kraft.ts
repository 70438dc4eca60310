import { int, list, long, longMax, required, string } from '../config-key.ts'
import { atLeast, listOfAny, listOfThese } from '../validators.ts'

/** KRaft roles, and the broker's registration with its controller. */
export const kraftKeys = {
  'process.roles': list(required, listOfThese({ empty: false }, 'broker', 'controller')).high.notYet(''),
  'node.id': int(required, atLeast(0)).high.notYet(''),
  'initial.broker.registration.timeout.ms': int(60_000).medium.notYet(''),
  'broker.heartbeat.interval.ms': int(2000).medium.notYet(''),
  'broker.session.timeout.ms': int(9000).medium.notYet(''),
  'controller.listener.names': list(required, listOfAny({ empty: false, null: false })).high.notYet(''),
  'sasl.mechanism.controller.protocol': string('GSSAPI').high.notYet(''),
  'controller.performance.sample.period.ms': long(60_000, atLeast(100)).medium.internal.notYet(''),
  'controller.performance.always.log.threshold.ms': long(2000, atLeast(0)).medium.internal.notYet(''),
  'server.max.startup.time.ms': long(longMax, atLeast(0)).medium.internal.notYet(''),
}

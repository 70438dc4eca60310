import { int, list, long, string } from '../config-key.ts'
import { atLeast, listOfAny } from '../validators.ts'

/** Listeners, sockets and connection limits. */
export const socketServerKeys = {
  listeners: list('PLAINTEXT://:9092', listOfAny({ empty: false, null: false })).high.perBroker.notYet(''),
  'advertised.listeners': list(null, listOfAny({ empty: false, null: true })).high.notYet(''),
  'listener.security.protocol.map': string(
    'SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT',
  ).low.perBroker.notYet(''),
  'socket.send.buffer.bytes': int(102_400).high.notYet(''),
  'socket.receive.buffer.bytes': int(102_400).high.notYet(''),
  'socket.request.max.bytes': int(104_857_600, atLeast(1)).high.notYet(''),
  'socket.listen.backlog.size': int(50, atLeast(1)).medium.notYet(''),
  'max.connections.per.ip': int(2_147_483_647, atLeast(0)).medium.clusterWide.notYet(''),
  'max.connections.per.ip.overrides': string('').medium.clusterWide.notYet(''),
  'max.connections': int(2_147_483_647, atLeast(0)).medium.clusterWide.notYet(''),
  'max.connection.creation.rate': int(2_147_483_647, atLeast(0)).medium.clusterWide.notYet(''),
  'connections.max.idle.ms': long(600_000).medium.notYet(''),
  'connection.failed.authentication.delay.ms': int(100, atLeast(0)).low.notYet(''),
  'queued.max.requests': int(500, atLeast(1)).high.notYet(''),
  'queued.max.request.bytes': long(-1).medium.notYet(''),
  'num.network.threads': int(3, atLeast(1)).high.clusterWide.notYet(''),
}

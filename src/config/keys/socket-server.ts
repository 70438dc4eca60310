import { int, list, long, string } from '../config-key.ts'
import { atLeast, listOfAny } from '../validators.ts'

/** Listeners, sockets and connection limits. */
export const socketServerKeys = {
  listeners: list('PLAINTEXT://:9092', listOfAny({ empty: false, null: false })).high.perBroker.honoured(
    'The addresses the broker listens on, each `NAME://host:port`; without a host it is every interface.',
  ),
  'advertised.listeners': list(null, listOfAny({ empty: false, null: true })).high.honoured(
    'The addresses clients are told to connect to. Where it is unset: the host of each of listeners, or what the client came by where that is every interface.',
  ),
  'listener.security.protocol.map': string(
    'SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT',
  ).low.perBroker.honoured('The security protocol of each listener name.'),
  'socket.send.buffer.bytes': int(102_400).high.honoured(
    "How many bytes of a connection's answers may be unsent when its next request starts, where it is set; the system's own buffers are left to it.",
  ),
  'socket.receive.buffer.bytes': int(102_400).high.honoured(
    "How many bytes are taken from a connection at a time, where it is set; the system's own buffers are left to it.",
  ),
  'socket.request.max.bytes': int(104_857_600, atLeast(1)).high.honoured(
    'The largest request the broker reads; a larger one closes its connection.',
  ),
  'socket.listen.backlog.size': int(50, atLeast(1)).medium.honoured('How many connections may wait to be accepted.'),
  'max.connections.per.ip': int(2_147_483_647, atLeast(0)).medium.clusterWide.honoured(
    'How many connections one address may have.',
  ),
  'max.connections.per.ip.overrides': string('').medium.clusterWide.honoured(
    'Other limits for some addresses or host names: `name:limit` pairs.',
  ),
  'max.connections': int(2_147_483_647, atLeast(0)).medium.clusterWide.honoured(
    'How many connections the broker accepts at a time; a listener has its own limit as `listener.name.NAME.max.connections`.',
  ),
  'max.connection.creation.rate': int(2_147_483_647, atLeast(0)).medium.clusterWide.honoured(
    'How many new connections per second the broker accepts; a listener may have its own rate, as above.',
  ),
  'connections.max.idle.ms': long(600_000).medium.honoured(
    'How long a connection may be idle before the broker closes it.',
  ),
  'connection.failed.authentication.delay.ms': int(100, atLeast(0)).low.warns(
    'security',
    'How long the broker waits before it closes a connection that failed to authenticate.',
  ),
  'queued.max.requests': int(500, atLeast(1)).high.honoured(
    'How many requests may be read and not yet answered before the broker stops reading; long polls are not counted.',
  ),
  'queued.max.request.bytes': long(-1).medium.honoured(
    'How many bytes of requests may be read and not yet answered before the broker stops reading; -1 for no limit of this kind.',
  ),
  'num.network.threads': int(3, atLeast(1)).high.clusterWide.warns(
    'threads',
    'Threads per listener that read requests and write responses.',
  ),
}

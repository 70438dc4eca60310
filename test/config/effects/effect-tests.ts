/**
 * Which test shows the effect of each key that works: the file below `test/`, a test's name in it, and the keys. Files of
 * `config/effects` name the key in the test itself, so that they need no row here.
 */
export const effectTests: readonly (readonly [file: string, name: string, keys: readonly string[]])[] = [
  [
    'network/socket-server.test.ts',
    'closes a connection that has been idle for connections.max.idle.ms, and no other',
    ['connections.max.idle.ms'],
  ],
  [
    'network/socket-server.test.ts',
    'refuses an address beyond max.connections.per.ip, and takes it again when a place is free',
    ['max.connections.per.ip', 'max.connections.per.ip.overrides'],
  ],
  ['network/socket-server.test.ts', 'lets a connection beyond max.connections wait for a place', ['max.connections']],
  [
    'network/socket-server.test.ts',
    'lets no more connections wait than the backlog holds',
    ['socket.listen.backlog.size'],
  ],
  [
    'network/socket-server.test.ts',
    'starts no more than queued.max.requests at a time over all connections, long polls apart',
    ['queued.max.requests'],
  ],
  [
    'network/socket-server.test.ts',
    'spreads new connections beyond max.connection.creation.rate over time',
    ['max.connection.creation.rate'],
  ],
  [
    'network/socket-server.test.ts',
    'lets so much of the rate come at once as ',
    ['quota.window.num', 'quota.window.size.seconds'],
  ],
  [
    'network/socket-server.test.ts',
    'makes room for the listener between brokers by closing the longest unused of the others',
    ['inter.broker.listener.name'],
  ],
  [
    'server/listeners.test.ts',
    'Metadata and DescribeCluster name the endpoint of the listener they were asked on',
    ['listeners', 'advertised.listeners', 'listener.security.protocol.map'],
  ],
  [
    'server/controller-listener.test.ts',
    'the controller serves its own APIs on its own listener, and none of the brokers',
    ['controller.listener.names'],
  ],
  [
    'broker/handlers/alter-replica-log-dirs.test.ts',
    'a held-back move is seen, changes its destination, and ends where the partition is asked back',
    ['replica.alter.log.dirs.io.max.bytes.per.second'],
  ],
  // No broker alone shows it: of one replica no more than one can be asked for (`Partition.effectiveMinIsr`).
  [
    'broker/partition.test.ts',
    'acks=all is refused below min.insync.replicas, acks=1 is not',
    ['topic min.insync.replicas'],
  ],
  [
    'broker/coordinator/transactions-on-a-broker.test.ts',
    'transaction.max.timeout.ms bounds the timeout a producer may ask for',
    ['transaction.max.timeout.ms'],
  ],
  [
    'broker/coordinator/transactions-on-a-broker.test.ts',
    'transactional.id.expiration.ms and its interval let a transactional id be forgotten',
    ['transactional.id.expiration.ms', 'transaction.remove.expired.transaction.cleanup.interval.ms'],
  ],
  [
    'broker/coordinator/transactions-on-a-broker.test.ts',
    'a transaction that is open for longer than its timeout is aborted',
    ['transaction.abort.timed.out.transaction.cleanup.interval.ms'],
  ],
]

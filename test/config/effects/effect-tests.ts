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
    'network/request-memory.test.ts',
    'is bounded by queued.max.request.bytes over all requests, small ones too',
    ['queued.max.request.bytes'],
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
    'config/load-config.test.ts',
    'is refused, rather than a node started that is something else',
    ['process.roles', 'controller.quorum.voters', 'security.inter.broker.protocol'],
  ],
  [
    'config/load-config.test.ts',
    'does not include the server.properties that Kafka comes with',
    ['controller.quorum.bootstrap.servers'],
  ],
  [
    'broker/handlers/alter-replica-log-dirs.test.ts',
    'a held-back move is seen, changes its destination, and ends where the partition is asked back',
    ['replica.alter.log.dirs.io.max.bytes.per.second'],
  ],
  [
    'broker/handlers/metadata.test.ts',
    'DescribeTopicPartitions tells eligible leader replicas, and pages through a topic',
    ['max.request.partition.size.limit'],
  ],
  [
    'broker/partition.test.ts',
    'acks=all is refused below min.insync.replicas, acks=1 is not',
    ['topic min.insync.replicas'],
  ],
  [
    'broker/transactions/local-transaction-verifier.test.ts',
    'it is waited for no longer than add.partitions.to.txn.retry.backoff.max.ms',
    ['add.partitions.to.txn.retry.backoff.max.ms', 'add.partitions.to.txn.retry.backoff.ms', 'request.timeout.ms'],
  ],
  [
    'broker/transactions/partition-verification.test.ts',
    'without a transactional id, or with verification off, is let pass; what adds partitions never is',
    ['transaction.partition.verification.enable'],
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
  [
    'broker/coordinator/transaction-coordinator.test.ts',
    'transaction.two.phase.commit.enable lets a transaction take part in a two-phase commit, without a timeout',
    ['transaction.two.phase.commit.enable'],
  ],
  [
    'broker/coordinator/coordinator-runtime.test.ts',
    'with a linger time records wait for it, or until a batch is full',
    ['group.coordinator.append.linger.ms'],
  ],
  [
    'broker/coordinator/coordinator-runtime.test.ts',
    'a commit that takes too long is answered REQUEST_TIMED_OUT; what was written stays',
    ['offsets.commit.timeout.ms'],
  ],
  [
    'groups/consumer/limits.test.ts',
    'disabled: members of the classic protocol cannot join a consumer group, but take an empty one over',
    ['group.consumer.migration.policy'],
  ],
  [
    'groups/consumer/group-decisions.test.ts',
    'ConsumerGroupHeartbeat after the assignment interval',
    ['group.consumer.assignment.interval.ms', 'consumer.assignment.interval.ms'],
  ],
]

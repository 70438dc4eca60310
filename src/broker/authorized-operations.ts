/** `AclOperation` codes as bits of an authorized-operations field (KIP-430). */
const operationBit = {
  READ: 1 << 3,
  WRITE: 1 << 4,
  CREATE: 1 << 5,
  DELETE: 1 << 6,
  ALTER: 1 << 7,
  DESCRIBE: 1 << 8,
  CLUSTER_ACTION: 1 << 9,
  DESCRIBE_CONFIGS: 1 << 10,
  ALTER_CONFIGS: 1 << 11,
  IDEMPOTENT_WRITE: 1 << 12,
} as const

/** The field's value where it was not asked for. */
export const operationsNotRequested = -2_147_483_648

const { READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE } = operationBit
const { CLUSTER_ACTION, DESCRIBE_CONFIGS, ALTER_CONFIGS, IDEMPOTENT_WRITE } = operationBit

/** Everything there is to do with a topic: without an authorizer, whoever asks may do it (`AclEntry.supportedOperations`). */
export const topicOperations = READ | WRITE | CREATE | DELETE | ALTER | DESCRIBE | DESCRIBE_CONFIGS | ALTER_CONFIGS

export const clusterOperations =
  CREATE | ALTER | DESCRIBE | CLUSTER_ACTION | DESCRIBE_CONFIGS | ALTER_CONFIGS | IDEMPOTENT_WRITE

/**
 * Every error code of Kafka 4.3. A protocol outcome is such a number in a response, never something thrown.
 */
export const ErrorCode = {
  /** The broker met something it did not expect while it worked on the request. */
  UNKNOWN_SERVER_ERROR: -1,
  /** No error. */
  NONE: 0,
  /** The offset lies outside what the partition's log holds. */
  OFFSET_OUT_OF_RANGE: 1,
  /** The batch fails its checksum, its size or its format. */
  CORRUPT_MESSAGE: 2,
  /** The broker does not have this topic or partition. */
  UNKNOWN_TOPIC_OR_PARTITION: 3,
  /** The fetch asks for an impossible number of bytes. */
  INVALID_FETCH_SIZE: 4,
  /** The partition has no leader at the moment; one is being chosen. */
  LEADER_NOT_AVAILABLE: 5,
  /** The broker is not the partition's leader or, where a follower will do, no replica of it. */
  NOT_LEADER_OR_FOLLOWER: 6,
  /** The time given in the request was over first. */
  REQUEST_TIMED_OUT: 7,
  /** The broker is not there. */
  BROKER_NOT_AVAILABLE: 8,
  /** A replica of the partition is not there. Metadata v0 says so. */
  REPLICA_NOT_AVAILABLE: 9,
  /** A record or batch is larger than `max.message.bytes` lets in. */
  MESSAGE_TOO_LARGE: 10,
  /** The controller that asks has been replaced. */
  STALE_CONTROLLER_EPOCH: 11,
  /** The text beside a committed offset is longer than `offset.metadata.max.bytes`. */
  OFFSET_METADATA_TOO_LARGE: 12,
  /** The connection went before the answer came. Clients make this up; no broker sends it. */
  NETWORK_EXCEPTION: 13,
  /** The coordinator is still loading its part of the log. */
  COORDINATOR_LOAD_IN_PROGRESS: 14,
  /** There is no coordinator at the moment. */
  COORDINATOR_NOT_AVAILABLE: 15,
  /** Another broker coordinates this group or transactional id. */
  NOT_COORDINATOR: 16,
  /** The name is not one a topic may have, or the topic is one clients may not write. */
  INVALID_TOPIC_EXCEPTION: 17,
  /** The batch is larger than a segment of the log. */
  RECORD_LIST_TOO_LARGE: 18,
  /** Fewer replicas are in sync than `min.insync.replicas`; nothing was written. */
  NOT_ENOUGH_REPLICAS: 19,
  /** The records were written, but fewer replicas are in sync than asked for. */
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 20,
  /** Acks may be 0, 1 or -1. */
  INVALID_REQUIRED_ACKS: 21,
  /** The member speaks of a generation that is not the group's. */
  ILLEGAL_GENERATION: 22,
  /** The member's protocol type or protocols have nothing in common with the group's. */
  INCONSISTENT_GROUP_PROTOCOL: 23,
  /** The group id is not one a group may have. */
  INVALID_GROUP_ID: 24,
  /** The group has no such member. */
  UNKNOWN_MEMBER_ID: 25,
  /** The session timeout is outside `group.min.session.timeout.ms` to `group.max.session.timeout.ms`. */
  INVALID_SESSION_TIMEOUT: 26,
  /** The group is rebalancing; the member must join again. */
  REBALANCE_IN_PROGRESS: 27,
  /** The commit is too large for the offsets topic. */
  INVALID_COMMIT_OFFSET_SIZE: 28,
  /** The principal may not do this to the topic. */
  TOPIC_AUTHORIZATION_FAILED: 29,
  /** The principal may not do this to the group. */
  GROUP_AUTHORIZATION_FAILED: 30,
  /** The principal may not do this to the cluster. */
  CLUSTER_AUTHORIZATION_FAILED: 31,
  /** A record's timestamp is too far from the broker's clock. */
  INVALID_TIMESTAMP: 32,
  /** The broker has not enabled this SASL mechanism. */
  UNSUPPORTED_SASL_MECHANISM: 33,
  /** The request does not belong at this point of the SASL exchange. */
  ILLEGAL_SASL_STATE: 34,
  /** The broker does not serve this version, or the cluster's features do not allow it. */
  UNSUPPORTED_VERSION: 35,
  /** There is a topic of this name. */
  TOPIC_ALREADY_EXISTS: 36,
  /** The number of partitions is not possible. */
  INVALID_PARTITIONS: 37,
  /** The replication factor is not possible with the brokers there are. */
  INVALID_REPLICATION_FACTOR: 38,
  /** The replicas given for a partition are not possible. */
  INVALID_REPLICA_ASSIGNMENT: 39,
  /** A configuration key or value is not valid. */
  INVALID_CONFIG: 40,
  /** The node is not the active controller. */
  NOT_CONTROLLER: 41,
  /** The request contradicts itself or the state of things. */
  INVALID_REQUEST: 42,
  /** The format of the records does not allow it. */
  UNSUPPORTED_FOR_MESSAGE_FORMAT: 43,
  /** The broker's policy forbids it. */
  POLICY_VIOLATION: 44,
  /** An idempotent batch does not follow the one before it. */
  OUT_OF_ORDER_SEQUENCE_NUMBER: 45,
  /** An idempotent batch was written before. */
  DUPLICATE_SEQUENCE_NUMBER: 46,
  /** The producer's epoch is older than the one known. */
  INVALID_PRODUCER_EPOCH: 47,
  /** The transaction is not in a state that allows it. */
  INVALID_TXN_STATE: 48,
  /** The producer id is not the transactional id's. */
  INVALID_PRODUCER_ID_MAPPING: 49,
  /** The timeout is not positive or above `transaction.max.timeout.ms`. */
  INVALID_TRANSACTION_TIMEOUT: 50,
  /** The transaction before is still being completed. */
  CONCURRENT_TRANSACTIONS: 51,
  /** A newer coordinator has taken the transactional id over. */
  TRANSACTION_COORDINATOR_FENCED: 52,
  /** The principal may not use this transactional id. */
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 53,
  /** No authorizer is set, so there are no access control entries. */
  SECURITY_DISABLED: 54,
  /** Something else in the request failed, so this was left undone. */
  OPERATION_NOT_ATTEMPTED: 55,
  /** The log directory is offline. */
  KAFKA_STORAGE_ERROR: 56,
  /** The broker has no such log directory. */
  LOG_DIR_NOT_FOUND: 57,
  /** The credentials were refused. */
  SASL_AUTHENTICATION_FAILED: 58,
  /** The partition remembers nothing of this producer. */
  UNKNOWN_PRODUCER_ID: 59,
  /** The partition is on the move. */
  REASSIGNMENT_IN_PROGRESS: 60,
  /** The cluster has no secret for delegation tokens. */
  DELEGATION_TOKEN_AUTH_DISABLED: 61,
  /** There is no such delegation token. */
  DELEGATION_TOKEN_NOT_FOUND: 62,
  /** The principal neither owns the token nor may renew it. */
  DELEGATION_TOKEN_OWNER_MISMATCH: 63,
  /** Delegation tokens are handed out on secured connections only, and not to who used one. */
  DELEGATION_TOKEN_REQUEST_NOT_ALLOWED: 64,
  /** The principal may not do this to the token. */
  DELEGATION_TOKEN_AUTHORIZATION_FAILED: 65,
  /** The delegation token's time is over. */
  DELEGATION_TOKEN_EXPIRED: 66,
  /** This type of principal is not supported here. */
  INVALID_PRINCIPAL_TYPE: 67,
  /** The group still has members. */
  NON_EMPTY_GROUP: 68,
  /** There is no such group. */
  GROUP_ID_NOT_FOUND: 69,
  /** The fetch session is gone; the client begins a new one. */
  FETCH_SESSION_ID_NOT_FOUND: 70,
  /** The fetch session is at another epoch. */
  INVALID_FETCH_SESSION_EPOCH: 71,
  /** The partition's leader has no endpoint on the listener that the request came in on. */
  LISTENER_NOT_FOUND: 72,
  /** `delete.topic.enable` is false. */
  TOPIC_DELETION_DISABLED: 73,
  /** The leader epoch is older than the partition's. */
  FENCED_LEADER_EPOCH: 74,
  /** The leader epoch is newer than any this broker knows. */
  UNKNOWN_LEADER_EPOCH: 75,
  /** The version of the request does not allow this compression. */
  UNSUPPORTED_COMPRESSION_TYPE: 76,
  /** The broker has registered anew since. */
  STALE_BROKER_EPOCH: 77,
  /** The new leader does not know its high watermark yet. */
  OFFSET_NOT_AVAILABLE: 78,
  /** The member joins again with the id it is given here. */
  MEMBER_ID_REQUIRED: 79,
  /** The preferred leader is not alive and in sync. */
  PREFERRED_LEADER_NOT_AVAILABLE: 80,
  /** The group has `group.max.size` members. */
  GROUP_MAX_SIZE_REACHED: 81,
  /** Another member has taken this instance id over. */
  FENCED_INSTANCE_ID: 82,
  /** No replica may be elected. */
  ELIGIBLE_LEADERS_NOT_AVAILABLE: 83,
  /** The partition has the leader it should have. */
  ELECTION_NOT_NEEDED: 84,
  /** The partition is not on the move. */
  NO_REASSIGNMENT_IN_PROGRESS: 85,
  /** The group still subscribes to the topic. */
  GROUP_SUBSCRIBED_TO_TOPIC: 86,
  /** A record is not what the topic takes: one without a key for a compacted topic, for one. */
  INVALID_RECORD: 87,
  /** A transaction with newer offsets is still open. */
  UNSTABLE_OFFSET_COMMIT: 88,
  /** The quota of controller mutations is used up. */
  THROTTLING_QUOTA_EXCEEDED: 89,
  /** A newer producer has the transactional id. */
  PRODUCER_FENCED: 90,
  /** What the request names is not there. */
  RESOURCE_NOT_FOUND: 91,
  /** The request names the same thing twice. */
  DUPLICATE_RESOURCE: 92,
  /** The credential does not meet what is asked of one. */
  UNACCEPTABLE_CREDENTIAL: 93,
  /** One side is not among the voters that the other knows. */
  INCONSISTENT_VOTER_SET: 94,
  /** The partition epoch is not the current one. */
  INVALID_UPDATE_VERSION: 95,
  /** The features could not be finalized. */
  FEATURE_UPDATE_FAILED: 96,
  /** The principal of a forwarded request cannot be read. */
  PRINCIPAL_DESERIALIZATION_FAILURE: 97,
  /** There is no such snapshot. */
  SNAPSHOT_NOT_FOUND: 98,
  /** The position lies outside the snapshot. */
  POSITION_OUT_OF_RANGE: 99,
  /** The broker has no topic of this id. */
  UNKNOWN_TOPIC_ID: 100,
  /** Another process holds this broker id. */
  DUPLICATE_BROKER_REGISTRATION: 101,
  /** No broker of this id is registered. */
  BROKER_ID_NOT_REGISTERED: 102,
  /** The log's topic id is not the one in the request. */
  INCONSISTENT_TOPIC_ID: 103,
  /** The cluster id is another cluster's. */
  INCONSISTENT_CLUSTER_ID: 104,
  /** There is no such transactional id. */
  TRANSACTIONAL_ID_NOT_FOUND: 105,
  /** The fetch session mixes topics with and without ids. */
  FETCH_SESSION_TOPIC_ID_ERROR: 106,
  /** A replica of the new in-sync set is fenced, shutting down or registered anew. */
  INELIGIBLE_REPLICA: 107,
  /** The change went through, and with it the leader went elsewhere. */
  NEW_LEADER_ELECTED: 108,
  /** What is asked for now lies in remote storage alone. */
  OFFSET_MOVED_TO_TIERED_STORAGE: 109,
  /** The member's epoch is not the one the group has for it; it joins again. */
  FENCED_MEMBER_EPOCH: 110,
  /** Another member still holds this instance id. */
  UNRELEASED_INSTANCE_ID: 111,
  /** The group coordinator has no assignor of this name. */
  UNSUPPORTED_ASSIGNOR: 112,
  /** The member's epoch has moved on; the request is sent again with the new one. */
  STALE_MEMBER_EPOCH: 113,
  /** The request was for the other kind of endpoint, broker or controller. */
  MISMATCHED_ENDPOINT_TYPE: 114,
  /** There is no such kind of endpoint. */
  UNSUPPORTED_ENDPOINT_TYPE: 115,
  /** No controller of this id is registered. */
  UNKNOWN_CONTROLLER_ID: 116,
  /** The client's telemetry subscription is not the current one. */
  UNKNOWN_SUBSCRIPTION_ID: 117,
  /** The metrics are larger than `telemetry.max.bytes`. */
  TELEMETRY_TOO_LARGE: 118,
  /** The controller finds the broker's registration not possible. */
  INVALID_REGISTRATION: 119,
  /** The transaction cannot go on; the client aborts it and begins another. */
  TRANSACTION_ABORTABLE: 120,
  /** The record is not in the state that the acknowledgement expects. */
  INVALID_RECORD_STATE: 121,
  /** The share session is gone. */
  SHARE_SESSION_NOT_FOUND: 122,
  /** The share session is at another epoch. */
  INVALID_SHARE_SESSION_EPOCH: 123,
  /** The share coordinator has a newer state epoch. */
  FENCED_STATE_EPOCH: 124,
  /** The voter key is not this node's. */
  INVALID_VOTER_KEY: 125,
  /** The voter is among the voters already. */
  DUPLICATE_VOTER: 126,
  /** The voter is not among the voters. */
  VOTER_NOT_FOUND: 127,
  /** The regular expression is not valid. */
  INVALID_REGULAR_EXPRESSION: 128,
  /** The client begins again with its bootstrap servers. */
  REBOOTSTRAP_REQUIRED: 129,
  /** The topology contradicts itself. */
  STREAMS_INVALID_TOPOLOGY: 130,
  /** The topology epoch is not one that the group can go to. */
  STREAMS_INVALID_TOPOLOGY_EPOCH: 131,
  /** The topology epoch is older than the group's. */
  STREAMS_TOPOLOGY_FENCED: 132,
  /** The broker holds `group.share.max.share.sessions` share sessions. */
  SHARE_SESSION_LIMIT_REACHED: 133,
} as const

export type ErrorName = keyof typeof ErrorCode
export type ErrorCode = (typeof ErrorCode)[ErrorName]

const NAMES: ReadonlyMap<number, ErrorName> = new Map(
  Object.entries(ErrorCode).map(([name, code]) => [code, name as ErrorName]),
)

/** The name of a code; one that Kafka 4.3 does not know is UNKNOWN_SERVER_ERROR, as it is to its clients. */
export function errorName(code: number): ErrorName {
  return NAMES.get(code) ?? 'UNKNOWN_SERVER_ERROR'
}

const RETRIABLE: ReadonlySet<number> = new Set([
  ErrorCode.CORRUPT_MESSAGE,
  ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
  ErrorCode.LEADER_NOT_AVAILABLE,
  ErrorCode.NOT_LEADER_OR_FOLLOWER,
  ErrorCode.REQUEST_TIMED_OUT,
  ErrorCode.REPLICA_NOT_AVAILABLE,
  ErrorCode.NETWORK_EXCEPTION,
  ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
  ErrorCode.COORDINATOR_NOT_AVAILABLE,
  ErrorCode.NOT_COORDINATOR,
  ErrorCode.NOT_ENOUGH_REPLICAS,
  ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
  ErrorCode.NOT_CONTROLLER,
  ErrorCode.CONCURRENT_TRANSACTIONS,
  ErrorCode.KAFKA_STORAGE_ERROR,
  ErrorCode.FETCH_SESSION_ID_NOT_FOUND,
  ErrorCode.INVALID_FETCH_SESSION_EPOCH,
  ErrorCode.LISTENER_NOT_FOUND,
  ErrorCode.FENCED_LEADER_EPOCH,
  ErrorCode.UNKNOWN_LEADER_EPOCH,
  ErrorCode.OFFSET_NOT_AVAILABLE,
  ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE,
  ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE,
  ErrorCode.ELECTION_NOT_NEEDED,
  ErrorCode.UNSTABLE_OFFSET_COMMIT,
  ErrorCode.THROTTLING_QUOTA_EXCEEDED,
  ErrorCode.UNKNOWN_TOPIC_ID,
  ErrorCode.INCONSISTENT_TOPIC_ID,
  ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR,
  ErrorCode.SHARE_SESSION_NOT_FOUND,
  ErrorCode.INVALID_SHARE_SESSION_EPOCH,
  ErrorCode.SHARE_SESSION_LIMIT_REACHED,
])

/** Whether Kafka's clients try again on their own after this error. */
export function isRetriable(code: number): boolean {
  return RETRIABLE.has(code)
}

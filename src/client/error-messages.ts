import { ErrorCode, errorName } from '../protocol/errors.ts'

/**
 * What Kafka's clients say of an error that came without a message of its own. Only what the command-line tools show
 * and scripts therefore look for; the rest is told by its name.
 */
const messages: ReadonlyMap<number, string> = new Map([
  [ErrorCode.UNKNOWN_SERVER_ERROR, 'The server experienced an unexpected error when processing the request.'],
  [ErrorCode.OFFSET_OUT_OF_RANGE, 'The requested offset is not within the range of offsets maintained by the server.'],
  [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, 'This server does not host this topic-partition.'],
  [
    ErrorCode.MESSAGE_TOO_LARGE,
    'The request included a message larger than the max message size the server will accept.',
  ],
  [ErrorCode.OFFSET_METADATA_TOO_LARGE, 'The metadata field of the offset request was too large.'],
  [
    ErrorCode.LEADER_NOT_AVAILABLE,
    'There is no leader for this topic-partition as we are in the middle of a leadership election.',
  ],
  [ErrorCode.REQUEST_TIMED_OUT, 'The request timed out.'],
  [ErrorCode.COORDINATOR_NOT_AVAILABLE, 'The coordinator is not available.'],
  [ErrorCode.NOT_COORDINATOR, 'This is not the correct coordinator.'],
  [ErrorCode.INVALID_TOPIC_EXCEPTION, 'The request attempted to perform an operation on an invalid topic.'],
  [ErrorCode.INVALID_GROUP_ID, 'The group id is invalid.'],
  [ErrorCode.UNKNOWN_MEMBER_ID, 'The coordinator is not aware of this member.'],
  [ErrorCode.UNSUPPORTED_VERSION, 'The version of API is not supported.'],
  [ErrorCode.TOPIC_ALREADY_EXISTS, 'Topic with this name already exists.'],
  [ErrorCode.INVALID_PARTITIONS, 'Number of partitions is below 1.'],
  [ErrorCode.INVALID_CONFIG, 'Configuration is invalid.'],
  [ErrorCode.POLICY_VIOLATION, 'Request parameters do not satisfy the configured policy.'],
  [ErrorCode.NON_EMPTY_GROUP, 'The group is not empty.'],
  [ErrorCode.GROUP_ID_NOT_FOUND, 'The group id does not exist.'],
  [
    ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC,
    'Deleting offsets of a topic is forbidden while the consumer group is actively subscribed to it.',
  ],
  [ErrorCode.UNKNOWN_TOPIC_ID, 'This server does not host this topic ID.'],
])

export function errorMessage(code: number): string {
  return messages.get(code) ?? `the broker answered ${errorName(code)} (${code})`
}

import { ErrorCode } from '../protocol/errors.ts'

/**
 * How Kafka's tools name an error where they print the exception with its class. Most are the code's name in Java's
 * spelling with `Exception` behind it; these are not.
 */
const irregular: ReadonlyMap<number, string> = new Map([
  [ErrorCode.UNKNOWN_SERVER_ERROR, 'UnknownServerException'],
  [ErrorCode.CORRUPT_MESSAGE, 'CorruptRecordException'],
  [ErrorCode.INVALID_TOPIC_EXCEPTION, 'InvalidTopicException'],
  [ErrorCode.REQUEST_TIMED_OUT, 'TimeoutException'],
  [ErrorCode.MESSAGE_TOO_LARGE, 'RecordTooLargeException'],
  [ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, 'CoordinatorLoadInProgressException'],
  [ErrorCode.KAFKA_STORAGE_ERROR, 'KafkaStorageException'],
  [ErrorCode.TOPIC_ALREADY_EXISTS, 'TopicExistsException'],
  [ErrorCode.INVALID_CONFIG, 'InvalidConfigurationException'],
  [ErrorCode.NON_EMPTY_GROUP, 'GroupNotEmptyException'],
  [ErrorCode.NETWORK_EXCEPTION, 'DisconnectException'],
])

/** The simple name of the class, such as `UnknownTopicOrPartitionException`. */
export function exceptionName(code: number, codeName: string): string {
  const regular = codeName.toLowerCase().replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return irregular.get(code) ?? `${regular}Exception`
}

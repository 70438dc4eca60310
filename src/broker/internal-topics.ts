export const GROUP_METADATA_TOPIC = '__consumer_offsets'
export const TRANSACTION_STATE_TOPIC = '__transaction_state'
export const SHARE_GROUP_STATE_TOPIC = '__share_group_state'

/** Topics the brokers keep their own state in: clients do not write to them, nor delete their records. */
export function isInternalTopic(name: string): boolean {
  return name === GROUP_METADATA_TOPIC || name === TRANSACTION_STATE_TOPIC || name === SHARE_GROUP_STATE_TOPIC
}

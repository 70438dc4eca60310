/** `group.consumer.migration.policy`: which way groups may move while they have members. */
export type MigrationPolicy = 'disabled' | 'downgrade' | 'upgrade' | 'bidirectional'

/** From the classic to the consumer protocol. */
export function isUpgradeEnabled(policy: MigrationPolicy): boolean {
  return policy === 'upgrade' || policy === 'bidirectional'
}

/** From the consumer to the classic protocol. */
export function isDowngradeEnabled(policy: MigrationPolicy): boolean {
  return policy === 'downgrade' || policy === 'bidirectional'
}

/** Whatever its case; what is none of them is `disabled`, as in Kafka. */
export function migrationPolicyOf(text: string): MigrationPolicy {
  const policy = text.toLowerCase()
  return policy === 'downgrade' || policy === 'upgrade' || policy === 'bidirectional' ? policy : 'disabled'
}

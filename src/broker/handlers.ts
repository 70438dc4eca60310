import type { Handler } from './handler.ts'

/** An API Ottla serves. Its code loads when the first request comes, so that a start reads only what it needs. */
export interface HandlerEntry {
  readonly key: number
  readonly load: () => Promise<{ readonly handler: Handler }>
}

/**
 * Everything that is served, by API key, in the versions of `protocol/api-keys.ts`. What is not in this list is
 * neither advertised nor answered.
 */
export const handlerEntries: readonly HandlerEntry[] = [
  { key: 0, load: () => import('./handlers/produce.ts') },
  { key: 1, load: () => import('./handlers/fetch.ts') },
  { key: 2, load: () => import('./handlers/list-offsets.ts') },
  { key: 3, load: () => import('./handlers/metadata.ts') },
  { key: 8, load: () => import('./handlers/offset-commit.ts') },
  { key: 9, load: () => import('./handlers/offset-fetch.ts') },
  { key: 10, load: () => import('./handlers/find-coordinator.ts') },
  { key: 11, load: () => import('./handlers/join-group.ts') },
  { key: 12, load: () => import('./handlers/heartbeat.ts') },
  { key: 13, load: () => import('./handlers/leave-group.ts') },
  { key: 14, load: () => import('./handlers/sync-group.ts') },
  { key: 15, load: () => import('./handlers/describe-groups.ts') },
  { key: 16, load: () => import('./handlers/list-groups.ts') },
  { key: 18, load: () => import('./handlers/api-versions.ts') },
  { key: 19, load: () => import('./handlers/create-topics.ts') },
  { key: 20, load: () => import('./handlers/delete-topics.ts') },
  { key: 21, load: () => import('./handlers/delete-records.ts') },
  { key: 22, load: () => import('./handlers/init-producer-id.ts') },
  { key: 23, load: () => import('./handlers/offset-for-leader-epoch.ts') },
  { key: 24, load: () => import('./handlers/add-partitions-to-txn.ts') },
  { key: 25, load: () => import('./handlers/add-offsets-to-txn.ts') },
  { key: 26, load: () => import('./handlers/end-txn.ts') },
  { key: 27, load: () => import('./handlers/write-txn-markers.ts') },
  { key: 28, load: () => import('./handlers/txn-offset-commit.ts') },
  { key: 32, load: () => import('./handlers/describe-configs.ts') },
  { key: 33, load: () => import('./handlers/alter-configs.ts') },
  { key: 34, load: () => import('./handlers/alter-replica-log-dirs.ts') },
  { key: 35, load: () => import('./handlers/describe-log-dirs.ts') },
  { key: 37, load: () => import('./handlers/create-partitions.ts') },
  { key: 42, load: () => import('./handlers/delete-groups.ts') },
  { key: 44, load: () => import('./handlers/incremental-alter-configs.ts') },
  { key: 47, load: () => import('./handlers/offset-delete.ts') },
  { key: 48, load: () => import('./handlers/describe-client-quotas.ts') },
  { key: 50, load: () => import('./handlers/describe-user-scram-credentials.ts') },
  { key: 51, load: () => import('./handlers/alter-user-scram-credentials.ts') },
  { key: 55, load: () => import('./handlers/describe-quorum.ts') },
  { key: 60, load: () => import('./handlers/describe-cluster.ts') },
  { key: 61, load: () => import('./handlers/describe-producers.ts') },
  { key: 65, load: () => import('./handlers/describe-transactions.ts') },
  { key: 66, load: () => import('./handlers/list-transactions.ts') },
  { key: 68, load: () => import('./handlers/consumer-group-heartbeat.ts') },
  { key: 69, load: () => import('./handlers/consumer-group-describe.ts') },
  { key: 74, load: () => import('./handlers/list-config-resources.ts') },
  { key: 75, load: () => import('./handlers/describe-topic-partitions.ts') },
]

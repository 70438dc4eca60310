import type { HandlerEntry } from './handlers.ts'

/**
 * Everything that is served on the listeners of the controller (Kafka's `ControllerApis`), by API key. Requests of
 * clients that have come straight to the controller find no broker that looks at them first. What nodes of one cluster
 * ask each other (votes, fetches of the metadata log, registrations, heartbeats) is not here: a cluster is one node.
 */
export const controllerHandlerEntries: readonly HandlerEntry[] = [
  { key: 18, load: () => import('./handlers/controller/api-versions.ts') },
  { key: 19, load: () => import('./handlers/create-topics.ts') },
  { key: 20, load: () => import('./handlers/delete-topics.ts') },
  { key: 32, load: () => import('./handlers/describe-configs.ts') },
  { key: 33, load: () => import('./handlers/controller/alter-configs.ts') },
  { key: 37, load: () => import('./handlers/create-partitions.ts') },
  { key: 44, load: () => import('./handlers/controller/incremental-alter-configs.ts') },
  { key: 51, load: () => import('./handlers/alter-user-scram-credentials.ts') },
  { key: 55, load: () => import('./handlers/describe-quorum.ts') },
  { key: 60, load: () => import('./handlers/controller/describe-cluster.ts') },
  { key: 67, load: () => import('./handlers/controller/allocate-producer-ids.ts') },
  { key: 73, load: () => import('./handlers/controller/assign-replicas-to-dirs.ts') },
]

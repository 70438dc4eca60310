/**
 * Records whose meaning no part of this node needs yet (quotas, ACLs, SCRAM credentials, delegation tokens), kept by
 * what identifies them, so that a snapshot of a directory that holds them loses none.
 */
export interface CarriedImage {
  readonly size: number
  /** In Kafka's snapshot order: quotas, ACLs, SCRAM credentials, delegation tokens. Each value is one encoded record. */
  all(): IterableIterator<Uint8Array>
}

import { ShareSnapshotKey, ShareSnapshotValue } from './share-snapshot.ts'
import { ShareUpdateKey, ShareUpdateValue } from './share-update.ts'

/** Every type of record in `__share_group_state`, in the order of their numbers. */
export const SHARE_RECORDS = {
  ShareSnapshot: { key: ShareSnapshotKey, value: ShareSnapshotValue },
  ShareUpdate: { key: ShareUpdateKey, value: ShareUpdateValue },
} as const

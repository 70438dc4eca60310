import type { JoinGroup } from '../../protocol/apis/join-group.ts'
import type { SyncGroup } from '../../protocol/apis/sync-group.ts'
import type { EncodableResponseOf, RequestOf } from '../../protocol/schema/api.ts'

export type JoinGroupRequest = RequestOf<typeof JoinGroup>
export type JoinGroupResponse = EncodableResponseOf<typeof JoinGroup>
export type JoinGroupAnswer = (response: JoinGroupResponse) => void

export type SyncGroupRequest = RequestOf<typeof SyncGroup>
export type SyncGroupResponse = EncodableResponseOf<typeof SyncGroup>
export type SyncGroupAnswer = (response: SyncGroupResponse) => void

import { array, int32, int53, nullable, string, uuid } from '../schema/field.ts'
import { message } from '../schema/message.ts'

/**
 * The file `quorum-state`, which is JSON: a node's memory of epoch, leader and vote. Version 0 goes with
 * `kraft.version` 0.
 */
export const QuorumStateData = message('QuorumStateData', {
  versions: [0, 1],
  flexibleSince: 0,
  fields: {
    clusterId: string.until(0),
    leaderId: int32.default(-1),
    leaderEpoch: int32.default(-1),
    votedId: int32.default(-1),
    votedDirectoryId: uuid.since(1),
    /** Always 0; nothing reads it. */
    appliedOffset: int53.until(0),
    currentVoters: nullable(
      array({
        voterId: int32,
      }),
    ).until(0),
  },
})

import { api } from '../schema/api.ts'
import { array, int8, int16, int32, nullable, string } from '../schema/field.ts'

/**
 * Which broker coordinates a group (key type 0), a transactional id (1), or a share partition (2, KIP-932: the key is
 * `group:topicId:partition`). Version 4 asks for many keys at once (KIP-699).
 */
export const FindCoordinator = api(10, 'FindCoordinator', {
  versions: [0, 6],
  flexibleSince: 3,
  request: {
    key: string.until(3),
    /** 0 group, 1 transactional id, 2 share partition. */
    keyType: int8.since(1).default(0),
    coordinatorKeys: array(string).since(4),
  },
  response: {
    throttleTimeMs: int32.since(1).ignorable(),
    errorCode: int16.until(3),
    errorMessage: nullable(string).since(1).until(3).ignorable(),
    nodeId: int32.until(3),
    host: string.until(3),
    port: int32.until(3),
    coordinators: array({
      key: string,
      nodeId: int32,
      host: string,
      port: int32,
      errorCode: int16,
      errorMessage: nullable(string),
    }).since(4),
  },
})

import { api } from '../schema/api.ts'
import { array, int16, int32, nullable, string, uuid } from '../schema/field.ts'

/** Deletes topics, by name or from version 6 on by id (KIP-516). */
export const DeleteTopics = api(20, 'DeleteTopics', {
  versions: [1, 6],
  flexibleSince: 4,
  request: {
    topics: array({
      name: nullable(string).default(null),
      topicId: uuid,
    }).since(6),
    /** Replaced by `topics`. */
    topicNames: array(string).until(5).ignorable(),
    timeoutMs: int32,
  },
  response: {
    throttleTimeMs: int32,
    responses: array({
      name: nullable(string, { since: 6 }),
      topicId: uuid.since(6).ignorable(),
      errorCode: int16,
      errorMessage: nullable(string).since(5).default(null).ignorable(),
    }),
  },
})

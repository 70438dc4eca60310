import { api } from '../schema/api.ts'
import { array, bool, int16, int32, int53, nullable, string } from '../schema/field.ts'

/** What lies in the broker's log directories: replicas with size and lag (KIP-113), the volumes' space (KIP-827). */
export const DescribeLogDirs = api(35, 'DescribeLogDirs', {
  versions: [1, 5],
  flexibleSince: 2,
  request: {
    /** Null for all. */
    topics: nullable(
      array({
        topic: string,
        partitions: array(int32),
      }),
    ),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16.since(3).ignorable(),
    results: array({
      errorCode: int16,
      logDir: string,
      topics: array({
        name: string,
        partitions: array({
          partitionIndex: int32,
          partitionSize: int53,
          offsetLag: int53,
          isFutureKey: bool,
        }),
      }),
      totalBytes: int53.since(4).default(-1).ignorable(),
      usableBytes: int53.since(4).default(-1).ignorable(),
      isCordoned: bool.since(5).default(false).ignorable(),
    }),
  },
})

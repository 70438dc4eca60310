import { OffsetFetch } from '../../../src/protocol/apis/offset-fetch.ts'
import { ErrorCode } from '../../../src/protocol/errors.ts'
import { CallLost, type SimulatedClient } from '../../../src/sim/network/simulated-client.ts'
import { splitName } from './consumer-protocol.ts'
import type { World } from './world.ts'

/** What a group has committed for a partition, once no transaction is in the way; 0 where it has nothing. */
export async function stableOffset(
  world: World,
  client: SimulatedClient,
  groupId: string,
  partition: string,
): Promise<number> {
  const [name, index] = splitName(partition)
  for (;;) {
    try {
      const { groups } = await world.operate(client, OffsetFetch, 8, {
        groups: [{ groupId, topics: [{ name, partitionIndexes: [index] }] }],
        requireStable: true,
      })
      const fetched = groups[0]?.topics[0]?.partitions[0]
      if (groups[0]?.errorCode === ErrorCode.NONE && fetched?.errorCode === ErrorCode.NONE) {
        return Math.max(0, Number(fetched.committedOffset))
      }
    } catch (error) {
      if (!(error instanceof CallLost)) throw error
    }
    await client.sleep(200)
  }
}

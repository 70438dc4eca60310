import { fileURLToPath } from 'node:url'
import type { GroupAssignment, GroupSpec, PartitionAssignor } from '../../../src/groups/assignors/assignor.ts'
import type { Uuid } from '../../../src/protocol/uuid.ts'
import { java, javac, resolveJars } from '../../support/java.ts'

/** By member id: each topic's id and partitions, in the order in which Kafka's collections hold them. */
export type PlainAssignment = Readonly<
  Record<string, readonly (readonly [topicId: Uuid, partitions: readonly number[]])[]>
>

/** A group as the oracle reads it. */
export function groupAsJson(assignor: PartitionAssignor, group: GroupSpec, topics: ReadonlyMap<Uuid, number>): string {
  const members = Array.from(group.members, ([memberId, { instanceId, subscribedTopicIds, assignment }]) => ({
    memberId,
    instanceId,
    subscribed: [...subscribedTopicIds],
    assignment: [...assignment],
  }))
  const { subscriptionType } = group
  return JSON.stringify({ assignor: assignor.name, subscriptionType, members, topics: [...topics], gone: [] })
}

/** Topics sorted, since they are a map's; partitions as they come. */
export function plain(assignment: GroupAssignment): PlainAssignment {
  const members = Array.from(assignment, ([memberId, partitions]) => [memberId, sortedTopics([...partitions])] as const)
  return Object.fromEntries(members.sort(([one], [other]) => (one < other ? -1 : 1)))
}

function sortedTopics<Topic extends readonly [string, unknown]>(topics: readonly Topic[]): Topic[] {
  return [...topics].sort(([one], [other]) => (one < other ? -1 : 1))
}

/** What Kafka's own assignors give these groups. */
export async function judgedByKafka(groups: readonly string[]): Promise<PlainAssignment[]> {
  const jars = await resolveJars('kafka-4.3.1')
  const source = fileURLToPath(new URL('AssignorOracle.java', import.meta.url))
  const classPath = [await javac([source], jars), ...jars]
  const { code, stdout, stderr } = await java({
    classPath,
    mainClass: 'AssignorOracle',
    input: `${groups.join('\n')}\n`,
  })
  if (code !== 0) throw new Error(`the oracle failed:\n${stderr}`)
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => plain(new Map(Object.entries(JSON.parse(line) as PlainAssignment).map(([id, t]) => [id, new Map(t)]))))
}

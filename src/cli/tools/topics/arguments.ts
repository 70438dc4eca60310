import { ToolError } from '../../tool.ts'

/** One `--config key=value`. */
export function configToAdd(text: string): [string, string] {
  const parts = text.split(/\s*=\s*/)
  const [key, value] = parts
  if (parts.length !== 2 || value === '') {
    throw new ToolError(
      'requirement failed: Invalid topic config: all configs to be added must be in the format "key=val".',
    )
  }
  return [key!.trim(), value!.trim()]
}

/** `1:2,2:3`: for each partition the brokers that hold it, the first of them its preferred leader. */
export function parseReplicaAssignment(text: string): number[][] {
  const assignment = text.split(',').map(partition => partition.split(':').map(parseBrokerId))
  for (const [partition, brokers] of assignment.entries()) {
    const repeated = [...new Set(brokers.filter((broker, index) => brokers.indexOf(broker) !== index))]
    if (repeated.length > 0) {
      throw new ToolError(`Partition replica lists may not contain duplicate entries: ${repeated.join(',')}`)
    }
    if (brokers.length !== assignment[0]!.length) {
      throw new ToolError(`Partition ${partition} has different replication factor: [${brokers.join(', ')}]`)
    }
  }
  return assignment
}

function parseBrokerId(text: string): number {
  const id = text.trim()
  if (!/^[+-]?\d+$/.test(id)) throw new ToolError(`For input string: "${id}"`)
  return Number(id)
}

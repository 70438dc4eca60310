import { ClientError } from '../../client/client-error.ts'
import { askLeaders, byTopic, partitionName, type TopicPartition } from '../../client/partitions.ts'
import { DeleteRecords } from '../../protocol/apis/delete-records.ts'
import { clientOptions } from '../client-options.ts'
import { counted } from '../progress.ts'
import { type Tool, ToolError, tool } from '../tool.ts'

const options = {
  ...clientOptions,
  'offset-json-file': {
    argument: 'file',
    help: 'Which records go: {"partitions": [{"topic": "orders", "partition": 1, "offset": 42}], "version": 1}. Those below the offset are deleted; -1 stands for all. Required.',
  },
} as const

interface Deletion extends TopicPartition {
  readonly offset: number
}

export const deleteRecords: Tool = tool({
  options,
  examples: [
    ['Delete what is older than offset 42 (offsets.json says so: see above)', '--offset-json-file offsets.json'],
  ],
  async run(given, environment) {
    given.require('bootstrap-server', 'offset-json-file')
    const client = await environment.connect(given.text('bootstrap-server')!, given.text('command-config'))
    const deletions = parseDeletions(await environment.readFile(given.text('offset-json-file')!))
    environment.progress(() => `Deleting records of ${counted(deletions.length, 'partition')}`)
    const answers = await askLeaders(client, deletions, async (leader, asked) => {
      const { topics } = await leader.send(DeleteRecords, {
        topics: Array.from(byTopic(asked), ([name, ofTopic]) => ({
          name,
          partitions: ofTopic.map(({ partition, offset }) => ({ partitionIndex: partition, offset })),
        })),
        timeoutMs: 30_000,
      })
      return new Map(
        asked.map(deletion => {
          const answer = topics
            .find(({ name }) => name === deletion.topic)!
            .partitions.find(({ partitionIndex }) => partitionIndex === deletion.partition)!
          return [deletion, answer.errorCode === 0 ? answer.lowWatermark : new ClientError(answer.errorCode)]
        }),
      )
    })
    const results = Array.from(answers, ([deletion, answer]) => ({ name: partitionName(deletion), deletion, answer }))
    return {
      lines: [
        'Executing records delete operation',
        'Records delete operation completed:',
        ...results.map(({ name, answer }) =>
          answer instanceof ClientError
            ? `partition: ${name}\terror: ${answer.exceptionText}`
            : `partition: ${name}\tlow_watermark: ${answer}`,
        ),
      ],
      data: results.map(({ deletion: { topic, partition }, answer }) =>
        answer instanceof ClientError
          ? { topic, partition, error: answer.codeName }
          : { topic, partition, lowWatermark: answer },
      ),
    }
  },
})

function parseDeletions(text: string): Deletion[] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new ToolError('The input string is not a valid JSON')
  }
  const { version = 1, partitions } = asObject(json)
  if (version !== 1) throw new ToolError(`Not supported version field value ${version}`)
  if (partitions === undefined) throw new ToolError('Missing partitions field')
  if (!Array.isArray(partitions)) throw new ToolError(`Expected JSON array, received ${JSON.stringify(partitions)}`)
  const deletions = partitions.map(parseDeletion)
  const names = deletions.map(partitionName)
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index))
  if (repeated.size > 0) {
    throw new ToolError(`Offset json file contains duplicate topic partitions: ${[...repeated].join(',')}`)
  }
  return deletions
}

function parseDeletion(json: unknown): Deletion {
  const { topic, partition, offset } = asObject(json)
  for (const [field, value] of Object.entries({ topic, partition, offset })) {
    if (value === undefined) throw new ToolError(`No such field exists: \`${field}\``)
  }
  if (typeof topic !== 'string') throw new ToolError(`Expected \`String\` value, received ${JSON.stringify(topic)}`)
  if (!isInteger(partition)) throw new ToolError(`Expected \`Integer\` value, received ${JSON.stringify(partition)}`)
  if (!isInteger(offset)) throw new ToolError(`Expected \`Long\` value, received ${JSON.stringify(offset)}`)
  return { topic, partition, offset }
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

function asObject(json: unknown): Record<string, unknown> {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>
  throw new ToolError(`Expected JSON object, received ${JSON.stringify(json)}`)
}

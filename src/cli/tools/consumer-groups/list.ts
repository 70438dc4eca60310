import { type ListedGroup, listGroups } from '../../../client/groups.ts'
import type { KafkaClient } from '../../../client/kafka-client.ts'
import { columnLine, columnWidth } from '../../columns.ts'
import type { ToolResult } from '../../tool.ts'
import { UsageError } from '../../usage-error.ts'
import type { ConsumerGroupOptions } from './options.ts'

const states = ['PreparingRebalance', 'CompletingRebalance', 'Stable', 'Dead', 'Empty', 'Assigning', 'Reconciling']
const types = ['Classic', 'Consumer']

export async function listConsumerGroups(given: ConsumerGroupOptions, client: KafkaClient): Promise<ToolResult> {
  const filters = {
    types: chosen(given.text('type') ?? '', types, 'types'),
    states: chosen(given.text('state') ?? '', states, 'state'),
  }
  const isConsumer = ({ protocolType }: ListedGroup) => protocolType === 'consumer' || protocolType === ''
  const groups = (
    await listGroups(client, { ...filters, types: filters.types.length > 0 ? filters.types : types })
  ).filter(isConsumer)
  const shown = [
    { title: 'GROUP', of: ({ groupId }: ListedGroup) => groupId },
    ...(given.has('type') ? [{ title: 'TYPE', of: ({ type }: ListedGroup) => type || 'Unknown' }] : []),
    ...(given.has('state') ? [{ title: 'STATE', of: ({ state }: ListedGroup) => state || 'Unknown' }] : []),
  ]
  const ids = groups.map(({ groupId }) => groupId)
  const widths = [columnWidth(15, ids) + 10, 20, 20]
  const rows = groups.map(group => shown.map(({ of }) => of(group)))
  return {
    lines:
      shown.length === 1
        ? ids
        : [
            columnLine(
              widths,
              shown.map(({ title }) => title),
            ),
            ...rows.map(row => columnLine(widths, row)),
          ],
    table: {
      columns: ['Group', 'Type', 'State'],
      rows: groups.map(({ groupId, type, state }) => [groupId, type, state]),
    },
    data: groups,
  }
}

/** What of a list of names is meant; names are told apart by letters alone, whatever their case. */
function chosen(text: string, known: readonly string[], kind: string): string[] {
  if (text === '') return []
  return text.split(',').map(word => {
    const name = known.find(one => one.toLowerCase() === word.trim().toLowerCase().replaceAll('_', ''))
    if (name === undefined) {
      throw new UsageError(
        `Invalid ${kind} list '${text}'. Valid ${kind === 'state' ? 'states' : kind} are: ${known.join(', ')}`,
      )
    }
    return name
  })
}

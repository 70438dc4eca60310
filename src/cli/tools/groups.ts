import { ClientError } from '../../client/client-error.ts'
import { type ListedGroup, listGroups } from '../../client/groups.ts'
import { clientOptions } from '../client-options.ts'
import { columnLine, columnWidth } from '../columns.ts'
import type { GivenOptions } from '../option-table.ts'
import { type Tool, ToolError, tool } from '../tool.ts'
import { OptionError, UsageError } from '../usage-error.ts'

const options = {
  ...clientOptions,
  'bootstrap-server': { ...clientOptions['bootstrap-server'], isRequired: true },
  list: { help: 'Lists groups of every type. Required.' },
  'group-type': {
    argument: 'type',
    choices: ['classic', 'consumer', 'share', 'streams'],
    help: 'Only groups of this type: classic, consumer, share, streams.',
  },
  protocol: { argument: 'protocol', help: 'Only groups of this protocol type, such as consumer or connect.' },
  consumer: { help: 'Only groups of consumers, of type consumer or classic.' },
  share: { help: 'Only share groups.' },
  streams: { help: 'Only streams groups.' },
} as const

type Given = GivenOptions<keyof typeof options>

export const groups: Tool = tool({
  options,
  showsOptionsAlways: true,
  examples: [
    ['Which groups there are, of every type', '--list'],
    ['Only groups of consumers', '--list --consumer'],
  ],
  async run(given, environment) {
    if (!given.has('list')) throw new UsageError('Command must include exactly one action: --list.')
    const type = given.text('group-type')?.toLowerCase()
    if (type !== undefined && !options['group-type'].choices.some(choice => choice === type)) {
      throw new ToolError('--group-type must be a valid group type.')
    }
    for (const own of ['consumer', 'share', 'streams'] as const) {
      const others = (['consumer', 'group-type', 'protocol', 'share', 'streams'] as const).filter(name => name !== own)
      given.forbid(own, ...others)
    }
    try {
      const client = await environment.connect(given.text('bootstrap-server')!, given.text('command-config'))
      const found = (await listGroups(client)).filter(group => isShown(given, type, group))
      const rows = found.map(group => [group.groupId, group.type, group.protocolType])
      const width = columnWidth(20, rows.flat())
      const widths = [width, width, width]
      return {
        lines: [columnLine(widths, ['GROUP', 'TYPE', 'PROTOCOL']), ...rows.map(row => `${columnLine(widths, row)} `)],
        table: { columns: ['Group', 'Type', 'Protocol'], rows },
        data: found,
      }
    } catch (error) {
      if (error instanceof OptionError || !(error instanceof ClientError)) throw error
      return { lines: [`Error while executing groups command : ${error.message}`], exitCode: 1 }
    }
  },
})

function isShown(given: Given, type: string | undefined, group: ListedGroup): boolean {
  const isOf = (name: string) => group.type.toLowerCase() === name
  const protocol = given.text('protocol')
  if (type !== undefined) return isOf(type) && (protocol === undefined || group.protocolType === protocol)
  if (protocol !== undefined) return group.protocolType === protocol
  if (given.has('consumer')) return group.protocolType === 'consumer' || group.protocolType === '' || isOf('consumer')
  if (given.has('share')) return isOf('share')
  if (given.has('streams')) return isOf('streams')
  return true
}

import { argparseHelp } from './argparse-help.ts'
import type { ArgparseCall } from './argparse-usage.ts'
import { helpOption, longHelpOption, ownOptions, versionOption } from './common-options.ts'
import { joptsimpleHelp } from './joptsimple-help.ts'
import type { OptionTable } from './option-table.ts'
import type { Terminal } from './terminal.ts'
import type { Tool } from './tool.ts'
import { toolUsage } from './tool-usage.ts'

/** What a tool looks like: under Kafka's name as Kafka's does, for whoever reads that by a script, under ours it teaches. */
export interface ToolFace {
  /** Options besides those of the tool. */
  readonly common: OptionTable
  /** Where argparse takes the command line apart. */
  readonly argparse: (ArgparseCall & { readonly isLenient: boolean }) | undefined
  /** The help of the tool, or of one of its commands. */
  help(command?: string): readonly string[]
  readonly helpExitCode: number
  /** Whether the help goes to standard error. */
  readonly isHelpError: boolean
  /** What is shown below a mistake. */
  usage(): readonly string[]
}

export function kafkaFace(tool: Tool, summary: string): ToolFace {
  const shape = tool.argparse
  if (shape === undefined) {
    const common = { ...longHelpOption, ...versionOption }
    const usage = () => joptsimpleHelp({ ...tool.options, ...common })
    const help = () => [`${summary}.`, ...usage()]
    return { common, argparse: undefined, help, helpExitCode: 1, isHelpError: true, usage }
  }
  const argparse = { shape, common: helpOption, isLenient: false }
  const help = (command?: string) => argparseHelp(tool, summary, argparse, command)
  return {
    ...{ common: helpOption, argparse, help, helpExitCode: shape.helpExitCode ?? 0, isHelpError: false },
    usage: () => [],
  }
}

export function ownFace(
  tool: Tool,
  { command, summary }: { readonly command: string; readonly summary: string },
  { paint }: Terminal,
): ToolFace {
  const common = { ...helpOption, ...versionOption, ...ownOptions }
  const help = () => toolUsage({ ...tool, options: { ...tool.options, ...common } }, { command, summary }, paint)
  const argparse =
    tool.argparse === undefined ? undefined : { shape: { ...tool.argparse, program: command }, common, isLenient: true }
  return { common, argparse, help, helpExitCode: 0, isHelpError: false, usage: help }
}

import { isRequired, skipWithout, type Tool } from '../../support/require.ts'
import type { AgentCommand } from './agent.ts'
import type { AgentCommands, Compression, MemberOptions } from './commands.ts'

export interface JudgingClient {
  readonly name: string
  /** What must be on the machine; without it the client is skipped by name. */
  readonly needs?: readonly Tool[]
  /** Installs or builds what the agent needs, and says how to start it. */
  prepare(): Promise<AgentCommand>
  /** What the client itself does not offer; its FINDINGS.md says more. */
  readonly lacks?: readonly (keyof AgentCommands)[]
  readonly compressions?: readonly Compression[]
  /** False where keys do not land as the Java client lands them. */
  readonly hashesAsJava?: boolean
  /** True where records that a fetch brings during a rebalance may be read once more. */
  readonly repeatsAfterRebalance?: boolean
  /** True where records may be committed after a rebalance that were read before it, so that they are read once more. */
  readonly commitsLate?: boolean
  /** False where a new producer of a transactional id cannot take over from one that has a transaction open. */
  readonly takesOver?: boolean
  /** True where records get lost in a rebalance, on Kafka too: then members are judged by who owns what alone. */
  readonly losesRecords?: boolean
  /** How its members may be: what groups are judged with. */
  readonly memberships?: readonly MemberOptions[]
  /** False where a record cannot be told its partition: then it gets a key that leads there. */
  readonly choosesPartitions?: boolean
}

/** Machines without a registry at hand cannot install clients; where the compatibility suite is required they must. */
export async function prepare(client: JudgingClient): Promise<{ command?: AgentCommand; skip: string | false }> {
  const skip = skipWithout(...(client.needs ?? []))
  if (skip !== false) return { skip }
  try {
    return { command: await client.prepare(), skip }
  } catch (error) {
    if (isRequired('java')) throw error
    return { skip: `cannot be installed here: ${String(error).split('\n')[0]}` }
  }
}

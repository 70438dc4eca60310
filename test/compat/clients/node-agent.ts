import { fileURLToPath } from 'node:url'
import type { AgentCommand } from './agent.ts'

/** An agent that Node.js itself runs. */
export async function nodeAgent(source: URL, ...args: readonly string[]): Promise<AgentCommand> {
  return { file: process.execPath, args: [fileURLToPath(source), ...args] }
}

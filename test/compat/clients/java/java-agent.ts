import { fileURLToPath } from 'node:url'
import { javac, type Pom, resolveJars, shortLivedJvmArgs } from '../../../support/java.ts'
import type { AgentCommand } from '../agent.ts'

const sources = ['Agent', 'Worker'].map(name => fileURLToPath(new URL(`${name}.java`, import.meta.url)))

/** The agent compiled against, and run with, one version of the Java client. */
export async function javaAgent(pom: Pom): Promise<AgentCommand> {
  const jars = await resolveJars(pom)
  const classPath = [...jars, await javac(sources, jars)]
  return { file: 'java', args: [...shortLivedJvmArgs, '-cp', classPath.join(':'), 'Agent'] }
}

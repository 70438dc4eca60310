import { fileURLToPath } from 'node:url'
import { java, javac, log4jArgs, resolveJars, shortLivedJvmArgs } from '../support/java.ts'

export type Question =
  | { readonly ask: 'properties'; readonly bytes: string }
  | { readonly ask: 'value'; readonly type: string; readonly text: string }
  | { readonly ask: 'resolve'; readonly properties: Readonly<Record<string, string>> }
  | { readonly ask: 'load'; readonly properties: Readonly<Record<string, string>> }

export interface Verdict {
  readonly entries?: Readonly<Record<string, string>>
  readonly text?: string
  readonly error?: string
}

/** What Java's Properties and Kafka's own configuration classes answer, one verdict per question. */
export async function askKafka(questions: readonly Question[]): Promise<readonly Verdict[]> {
  const jars = await resolveJars('kafka-4.3.1')
  const classes = await javac([fileURLToPath(new URL('java/ConfigJudge.java', import.meta.url))], jars)
  const { code, stdout, stderr } = await java({
    classPath: [...jars, classes],
    mainClass: 'ConfigJudge',
    jvmArgs: [...shortLivedJvmArgs, ...log4jArgs()],
    input: JSON.stringify(questions),
  })
  if (code !== 0) throw new Error(`the judge left with ${code}: ${stderr.slice(-2000)}`)
  return JSON.parse(stdout) as Verdict[]
}

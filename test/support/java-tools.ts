import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { type JavaResult, java, log4jArgs, shortLivedJvmArgs, spawnJava, stopChild } from './java.ts'
import { kafkaClassPath, withClassDataArchive } from './kafka-node.ts'

const toolTimeoutMs = 60_000

/** Kafka's own command-line tools, run one after the other in one JVM. */
export class JavaTools {
  readonly #child: ChildProcess
  readonly #answers: AsyncIterator<string>
  #turn: Promise<unknown> = Promise.resolve()
  #stderr = ''

  private constructor(child: ChildProcess) {
    this.#child = child
    this.#answers = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-4000)
    })
  }

  static async start(): Promise<JavaTools> {
    const classPath = await kafkaClassPath()
    const jvmArgs = [...(await withClassDataArchive(shortLivedJvmArgs)), ...log4jArgs()]
    return new JavaTools(spawnJava({ classPath, mainClass: 'ToolRunner', jvmArgs }))
  }

  /** Runs `main` of a class under `org.apache.kafka.tools`, or of one named in full. */
  run(tool: string, args: readonly string[], input = ''): Promise<JavaResult> {
    const mainClass = tool.startsWith('kafka.') ? tool : `org.apache.kafka.tools.${tool}`
    const words = [mainClass, input, ...args].map(word => (word === '' ? '-' : Buffer.from(word).toString('base64')))
    const result = this.#turn.then(() => this.#exchange(mainClass, words))
    this.#turn = result.catch(() => {})
    return result
  }

  /** The same in a JVM of its own: for tools that say their last words in a hook of the JVM itself. */
  async runAlone(tool: string, args: readonly string[]): Promise<JavaResult> {
    const classPath = await kafkaClassPath()
    const jvmArgs = [...(await withClassDataArchive(shortLivedJvmArgs)), ...log4jArgs()]
    return java({ classPath, mainClass: `org.apache.kafka.tools.${tool}`, args, jvmArgs, timeoutMs: toolTimeoutMs })
  }

  async #exchange(mainClass: string, words: readonly string[]): Promise<JavaResult> {
    this.#child.stdin?.write(`${words.join(' ')}\n`)
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), toolTimeoutMs)
    const answer = await this.#answers.next()
    clearTimeout(killer)
    if (answer.done) throw new Error(`the JVM ended while it ran ${mainClass}:\n${this.#stderr}`)
    const [status = '', stdout = '', stderr = ''] = answer.value.split(' ')
    return { code: Number(status), stdout: decoded(stdout), stderr: decoded(stderr) }
  }

  stop(): Promise<void> {
    return stopChild(this.#child)
  }
}

function decoded(word: string): string {
  return word === '-' ? '' : Buffer.from(word, 'base64').toString('utf8')
}

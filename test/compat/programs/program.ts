import type { ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { exited, log4jArgs, resolveJars, spawnJava, stopChild } from '../../support/java.ts'
import { startKafka } from '../../support/kafka-node.ts'
import { type OttlaOptions, startOttla } from '../../support/ottla-node.ts'
import { isKafkaTheTarget } from '../java-tools/target.ts'

const jvmArgs = ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-XX:-UsePerfData'] as const

/** A program that runs on Kafka, in a JVM of its own. */
export class Program {
  readonly #child: ChildProcess
  readonly exited: Promise<number | null>
  #output = ''

  private constructor(child: ChildProcess) {
    this.#child = child
    this.exited = exited(child)
    const take = (chunk: Buffer): void => {
      this.#output += chunk.toString('utf8')
    }
    child.stdout?.on('data', take)
    child.stderr?.on('data', take)
  }

  static async start(mainClass: string, args: readonly string[]): Promise<Program> {
    const classPath = await resolveJars('programs-4.3.1')
    return new Program(spawnJava({ classPath, mainClass, args, jvmArgs: [...jvmArgs, ...log4jArgs()] }))
  }

  /** What it has printed so far, on either stream. */
  get output(): string {
    return this.#output
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** SIGTERM, and what its own shutdown hooks do. */
  stop(): Promise<void> {
    return stopChild(this.#child)
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.exited.catch(() => undefined)
  }
}

/** The broker that is judged: Ottla, or with `OTTLA_COMPAT_TARGET=kafka` real Kafka. */
export function startTargetAt(options: OttlaOptions) {
  return isKafkaTheTarget ? startKafka(options) : startOttla(options)
}

/** Waits until `holds`, looking again and again; fails with `what` when that takes too long. */
export async function until(
  what: () => string,
  holds: () => boolean | Promise<boolean>,
  patienceMs = 90_000,
): Promise<void> {
  const deadline = Date.now() + patienceMs
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${what()} took longer than ${patienceMs} ms`)
    await delay(100)
  }
}

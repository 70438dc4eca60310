import type { TestBroker } from '../../support/test-broker.ts'

/** One command line, given to Kafka's tool and to Ottla's of the same name. `--bootstrap-server` is put in front. */
export interface Invocation {
  readonly args: readonly string[]
  /** Where it is not the session's tool. */
  readonly kafkaName?: string
  readonly mainClass?: string
  /** Without `--bootstrap-server`: for what is refused before anybody is asked. */
  readonly isBare?: true
  readonly input?: string
  /** Asks for the help, of which the descriptions are each tool's own. */
  readonly isHelp?: true
  /** Whether Kafka's tool ends its whole JVM here, so that it needs one of its own. */
  readonly endsJvm?: true
  /** Whether Kafka's prints its lines in the order of a hash map. */
  readonly isUnordered?: true
}

/** Command lines run one after the other against one broker. */
export interface ToolSession {
  /** Under `org.apache.kafka.tools`. */
  readonly mainClass: string
  readonly kafkaName: string
  /** What distinguishes it from other sessions of the tool. */
  readonly title?: string
  /** Of the two brokers. `CONTROLLER` in an argument stands for where their controller's listener is. */
  readonly properties?: Readonly<Record<string, string>>
  /** Makes on each of the two brokers what the command lines speak of; their files go to the session's directory. */
  prepare?(broker: TestBroker, directory: string): Promise<void>
  /** `DIRECTORY` in an argument stands for the session's directory. */
  readonly invocations: readonly Invocation[]
}

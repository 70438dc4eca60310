import type { Broker, BrokerKind } from './support/broker.ts'
import type { Measurement } from './support/measurement.ts'

/** One row of the report. A file under `scenarios/` exports a list of them, and `plan.ts` lists those files. */
export type Scenario = SharedScenario | OwnScenario

interface Row {
  /** What `--only` matches. */
  readonly name: string
  readonly targets: readonly Target[]
  /** No more rounds than these, where one takes long and varies little. */
  readonly roundsMax?: number
}

/** Measured on one Ottla and one Kafka that all such scenarios share, warmed up, in turn round after round. */
export interface SharedScenario extends Row {
  readonly brokers: 'shared'
  round(broker: Broker): Promise<Measurement>
}

/** Starts brokers of its own: it measures starts, or what a broker costs that does nothing else. */
export interface OwnScenario extends Row {
  readonly brokers: 'own'
  round(kind: BrokerKind): Promise<Measurement>
}

/** What Ottla is to reach: a bound on the ratio to Kafka, or on its own figure where `absolute`. */
export interface Target {
  readonly figure: string
  readonly atLeast?: number
  readonly atMost?: number
  readonly absolute?: boolean
}

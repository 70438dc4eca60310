import type { Json, JsonObject } from '../../support/reference-codec.ts'

/**
 * A scripted session: what one client says to a broker, as data. It is played to Ottla and to real Kafka, and what they answer is
 * compared field by field.
 *
 * In every string of a body `{version}` stands for the version being played, `{name}` for a topic or group name of this playing's own,
 * and `{x}` for what an earlier step kept as `x`; a string that is nothing but `{x}` becomes the kept value itself. A records field may
 * be `{ batches: [...] }` (see `BatchSpec`), a bytes field `{ utf8: 'text' }`.
 */
export interface Session {
  /** One sentence; unique within its API. */
  readonly name: string
  /** `all`: played once for each served version of the API. A pair: for that range. Left out: for the latest alone. */
  readonly versions?: 'all' | readonly [first: number, last: number]
  readonly steps: readonly Step[]
}

export type Step = Exchange | Raw

export interface Exchange {
  /** An API by Kafka's name. */
  readonly send: string
  /** Left out: the version being played, for the API under test; the latest for every other. */
  readonly version?: number
  readonly body: JsonObject
  /** Names for values of the answer, each by its dotted path. */
  readonly keep?: Readonly<Record<string, string>>
  /** The request is repeated until the answer holds these values, by dotted path: for what takes effect a moment later. */
  readonly until?: Readonly<Record<string, Json>>
  /** Preparation: not compared. */
  readonly quiet?: true
  /** Of the lists at these paths only the elements with these values are compared: for answers about everything on the node. */
  readonly only?: Readonly<Record<string, Readonly<Record<string, Json | readonly Json[]>>>>
  /** Connections are opened at first use. */
  readonly connection?: string
  /** The answer is not waited for here but where a later step collects it by this name. */
  readonly later?: string
  /** How long to wait before `no answer` is the answer. */
  readonly patienceMs?: number
}

export interface Raw {
  /** Bytes to send as they are, hexadecimal; `framed` puts their length in front. Collecting an earlier answer sends nothing. */
  readonly bytes?: string
  readonly framed?: true
  readonly collect?: string
  /** The next answer on the connection is read as this API's; left out: as hexadecimal. */
  readonly readAs?: readonly [api: string, version: number]
  readonly connection?: string
  readonly patienceMs?: number
  /** Nothing is sent or read for so long: where two connections have to come in an order. */
  readonly pauseMs?: number
  /** Nothing is read. */
  readonly silent?: true
  readonly disconnect?: true
}

/** All sessions about one API. */
export interface Script {
  readonly api: string
  /** What stands in the names of its playings: the API's name, unless the script is about something else. */
  readonly title: string
  readonly sessions: readonly Session[]
}

export function script(api: string, sessions: readonly Session[], title = api): Script {
  return { api, title, sessions }
}

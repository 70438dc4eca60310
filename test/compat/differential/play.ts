import { type Answer, RawConnection } from '../../support/raw-connection.ts'
import { type BatchSpec, describeBatches, recordBatch } from '../../support/record-batch.ts'
import { apiNamed, type Json, type JsonObject } from '../../support/reference-codec.ts'
import { Normalizer } from './normalize.ts'
import type { Exchange, Raw, Script, Session, Step } from './session.ts'

/** One request and what came back, normalized so that it can be compared with another broker's answer. */
export interface Pair {
  readonly id: string
  readonly api: string
  readonly version: number
  readonly answer: Json
}

export interface Playing {
  readonly api: string
  readonly session: Session
  readonly version: number
  /** Unique over all scripts, and a legal topic name. */
  readonly name: string
}

/** Every session of every script, once per version it wants. */
export function playings(scripts: readonly Script[]): Playing[] {
  return scripts.flatMap(({ api, title, sessions }) =>
    sessions.flatMap((session, index) => {
      const { min, max } = apiNamed(api)
      const [first, last] = session.versions === 'all' ? [min, max] : (session.versions ?? [max, max])
      return Array.from({ length: last - first + 1 }, (_, offset) => ({
        api,
        session,
        version: first + offset,
        name: `${title}-${index + 1}-v${first + offset}`,
      }))
    }),
  )
}

const patienceMs = 20_000
const effectPatienceMs = 30_000

/** Plays one session to the broker on `port`; under another name than its own it can be played there once more. */
export async function play(playing: Playing, port: number, name = playing.name): Promise<Pair[]> {
  const player = new Player(playing, port, name)
  try {
    for (const [index, step] of playing.session.steps.entries()) await player.step(step, index)
    return player.pairs
  } catch (cause) {
    throw new Error(`${playing.name} (${playing.session.name}) could not be played`, { cause })
  } finally {
    player.end()
  }
}

interface Pending {
  readonly exchange: Exchange
  readonly version: number
  readonly connection: RawConnection
  readonly correlationId: number
}

class Player {
  readonly pairs: Pair[] = []
  readonly #playing: Playing
  readonly #port: number
  readonly #name: string
  readonly #connections = new Map<string, RawConnection>()
  readonly #normalizer = new Normalizer()
  readonly #kept = new Map<string, Json>()
  readonly #later = new Map<string, Pending>()

  constructor(playing: Playing, port: number, name: string) {
    this.#playing = playing
    this.#port = port
    this.#name = name
    this.#kept.set('version', playing.version).set('name', name)
  }

  end(): void {
    for (const connection of this.#connections.values()) connection.close()
  }

  async step(step: Step, index: number): Promise<void> {
    if ('send' in step) await this.#exchange(step, index)
    else await this.#raw(step, index)
  }

  async #exchange(step: Exchange, index: number): Promise<void> {
    const version = step.version ?? (step.send === this.#playing.api ? this.#playing.version : apiNamed(step.send).max)
    const connection = await this.#connection(step.connection)
    const body = this.#filled(step.body) as JsonObject
    if (step.later !== undefined) {
      const correlationId = connection.send(step.send, version, body)
      this.#later.set(step.later, { exchange: step, version, connection, correlationId })
      return
    }
    let answer = await connection.request(step.send, version, body, step.patienceMs ?? patienceMs)
    const deadline = Date.now() + effectPatienceMs
    while (step.until !== undefined && !this.#isSo(answer, step.until) && Date.now() < deadline) {
      await new Promise(resolve => setTimeout(resolve, 50))
      answer = await connection.request(step.send, version, body, step.patienceMs ?? patienceMs)
    }
    this.#took(step, version, answer, index)
  }

  async #raw(step: Raw, index: number): Promise<void> {
    if (step.pauseMs !== undefined) {
      await new Promise(resolve => setTimeout(resolve, step.pauseMs))
      return
    }
    if (step.collect !== undefined) {
      const pending = this.#later.get(step.collect)
      if (pending === undefined) throw new Error(`nothing is pending as ${step.collect}`)
      const { exchange, version, connection, correlationId } = pending
      const answer = await connection.answer(exchange.send, version, step.patienceMs ?? patienceMs)
      if (typeof answer !== 'string' && answer.correlationId !== correlationId) throw new Error('answered out of order')
      return this.#took(exchange, version, answer, index)
    }
    const connection = await this.#connection(step.connection)
    if (step.disconnect) {
      connection.close()
      this.#connections.delete(step.connection ?? 'main')
      return
    }
    const bytes = Buffer.from(this.#filled(step.bytes ?? '') as string, 'hex')
    if (step.framed) connection.sendFrame(bytes)
    else connection.sendBytes(bytes)
    if (step.silent) return
    const wait = step.patienceMs ?? patienceMs
    if (step.readAs === undefined) {
      const frame = await connection.frame(wait)
      this.#add(
        index,
        this.#playing.api,
        this.#playing.version,
        typeof frame === 'string' ? frame : frame.toString('hex'),
      )
    } else {
      const [api, version] = step.readAs
      const answer = await connection.answer(api, version, wait)
      const normalized = this.#normalized(api, answer)
      const correlated =
        typeof answer === 'string' ? normalized : { correlationId: answer.correlationId, answer: normalized }
      this.#add(index, api, version, correlated)
    }
  }

  #took(step: Exchange, version: number, answer: Answer, index: number): void {
    const body = typeof answer === 'string' ? answer : answer.body
    for (const [name, path] of Object.entries(step.keep ?? {})) {
      const value = at(body, path)
      if (value === undefined) throw new Error(`no ${path} to keep as ${name} in ${JSON.stringify(body)}`)
      this.#kept.set(name, value)
    }
    if (step.quiet) {
      // What a preparation names is known from then on, so that symbols count alike on both brokers.
      this.#normalized(step.send, answer, step)
      return
    }
    this.#add(index, step.send, version, this.#normalized(step.send, answer, step))
  }

  #add(index: number, api: string, version: number, answer: Json): void {
    // Whatever it was played as, the answers are about `{name}`.
    const nameless = JSON.parse(JSON.stringify(answer).replaceAll(this.#name, '{name}')) as Json
    this.pairs.push({ id: `${this.#playing.name} #${index + 1}`, api, version, answer: nameless })
  }

  #normalized(api: string, answer: Answer, step?: Exchange): Json {
    if (typeof answer === 'string') return answer
    let body: Json = withBatches(answer.body)
    for (const [path, wanted] of Object.entries(step?.only ?? {})) {
      body = filtered(body, path.split('.'), this.#filled(wanted as JsonObject) as JsonObject)
    }
    const normalized = this.#normalizer.normalize(api, body)
    return answer.left === 0 ? normalized : { body: normalized, bytesLeft: answer.left }
  }

  async #connection(name = 'main'): Promise<RawConnection> {
    let connection = this.#connections.get(name)
    if (connection === undefined) {
      connection = await RawConnection.open(this.#port)
      this.#connections.set(name, connection)
    }
    return connection
  }

  #isSo(answer: Answer, wanted: Readonly<Record<string, Json>>): boolean {
    if (typeof answer === 'string') return false
    return Object.entries(wanted).every(([path, value]) => at(answer.body, path) === this.#filled(value))
  }

  #filled(value: Json): Json {
    if (typeof value === 'string') {
      const whole = /^\{(\w+)\}$/.exec(value)
      if (whole?.[1] !== undefined) return this.#value(whole[1])
      return value.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(this.#value(name)))
    }
    if (value === null || typeof value !== 'object') return value
    if (Array.isArray(value)) return value.map(item => this.#filled(item))
    const filled = Object.fromEntries(
      Object.entries(value as JsonObject).map(([name, item]) => [name, this.#filled(item)]),
    )
    if (filled['batches'] !== undefined) {
      const specs = filled['batches'] as unknown as BatchSpec[]
      return Buffer.concat(specs.map(recordBatch)).toString('hex')
    }
    if (filled['utf8'] !== undefined) return Buffer.from(filled['utf8'] as string).toString('hex')
    return filled
  }

  #value(name: string): Json {
    const value = this.#kept.get(name)
    if (value === undefined) throw new Error(`nothing was kept as ${name}`)
    return value
  }
}

function at(value: Json, path: string): Json | undefined {
  let here: Json | undefined = value
  for (const part of path.split('.')) {
    if (here === null || here === undefined || typeof here !== 'object') return undefined
    here = (here as JsonObject)[part]
  }
  return here
}

function filtered(value: Json, path: readonly string[], wanted: JsonObject): Json {
  const [head, ...rest] = path
  if (Array.isArray(value) && head === '*') return value.map(item => filtered(item, rest, wanted))
  if (Array.isArray(value) && head === undefined) {
    return value.filter(item =>
      Object.entries(wanted).every(([name, one]) => {
        const found = (item as JsonObject)[name] ?? null
        return Array.isArray(one) ? one.includes(found) : found === one
      }),
    )
  }
  if (head === undefined || value === null || typeof value !== 'object') return value
  const object = value as JsonObject
  return { ...object, [head]: filtered(object[head] ?? null, rest, wanted) }
}

/** Record sets are compared batch by batch, so that a difference names the header field it is in. */
function withBatches(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      if (name === 'records' && typeof item === 'string') return [name, describeBatches(Buffer.from(item, 'hex'))]
      if (Array.isArray(item)) return [name, item.map(one => (isObject(one) ? withBatches(one) : one))]
      return [name, isObject(item) ? withBatches(item) : item]
    }),
  )
}

function isObject(value: Json): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

import type { Json, JsonObject } from '../../support/reference-codec.ts'
import { listKeys } from './normalize.ts'
import type { Pair } from './play.ts'

/** One place where two answers differ. `undefined` means that one side has no such field. */
export interface Difference {
  readonly pair: string
  readonly path: string
  readonly ottla: Json | undefined
  readonly kafka: Json | undefined
}

/** A difference that stays, with its reason. `docs/COMPATIBILITY.md` shows these. */
export interface KnownDifference {
  /** Names of playings it is about, `*` standing for anything: `Produce-9-*`. */
  readonly pairs: string
  /** Dotted path in the answer, `*` standing for any one part; `''` is the answer as a whole, `*` alone anything in it. */
  readonly path: string
  readonly what: string
  readonly reason: string
}

/** Compares answers pair by pair, field by field. A pair that only one side has differs as a whole. */
export function differences(ottla: readonly Pair[], kafka: readonly Pair[]): Difference[] {
  const kafkaAnswers = new Map(kafka.map(pair => [pair.id, pair.answer]))
  const found = ottla.flatMap(({ id, answer }) => between(id, '', answer, kafkaAnswers.get(id)))
  const played = new Set(ottla.map(pair => pair.id))
  const unplayed = kafka.filter(pair => !played.has(pair.id))
  return [...found, ...unplayed.map(({ id, answer }) => ({ pair: id, path: '', ottla: undefined, kafka: answer }))]
}

function between(pair: string, path: string, ottla: Json | undefined, kafka: Json | undefined): Difference[] {
  if (ottla === kafka) return []
  if (Array.isArray(ottla) && Array.isArray(kafka) && ottla.length === kafka.length) {
    return ottla.flatMap((item, index) => between(pair, join(path, index), item, kafka[index]))
  }
  const key = listKeys.find(name => hasKey(ottla, name) && hasKey(kafka, name))
  if (key !== undefined) {
    const [left, right] = [byKey(ottla as JsonObject[], key), byKey(kafka as JsonObject[], key)]
    const keys = new Set([...left.keys(), ...right.keys()])
    return [...keys].flatMap(one => between(pair, join(path, `${key}=${one}`), left.get(one), right.get(one)))
  }
  if (isObject(ottla) && isObject(kafka)) {
    const names = new Set([...Object.keys(ottla), ...Object.keys(kafka)])
    return [...names].flatMap(name => between(pair, join(path, name), ottla[name], kafka[name]))
  }
  return [{ pair, path, ottla, kafka }]
}

/** Lists of different lengths are compared by what names their elements. */
function hasKey(value: Json | undefined, name: string): boolean {
  if (!Array.isArray(value) || value.length === 0) return false
  const keys = value.map(item => (isObject(item) ? item[name] : undefined))
  return !keys.includes(undefined) && new Set(keys).size === keys.length
}

function byKey(list: readonly JsonObject[], name: string): Map<string, Json> {
  return new Map(list.map(item => [String(item[name]), item]))
}

const join = (path: string, part: string | number) => (path === '' ? String(part) : `${path}.${part}`)

function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

export function isKnown(difference: Difference, known: KnownDifference): boolean {
  const isPathKnown = known.path === '*' || pattern(known.path, '[^.]*').test(difference.path)
  return isPathKnown && pattern(known.pairs, '.*').test(difference.pair)
}

function pattern(glob: string, anything: string): RegExp {
  const literal = (part: string) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${glob.split('*').map(literal).join(anything)}$`)
}

export function show({ pair, path, ottla, kafka }: Difference): string {
  return `${pair} ${path || '(whole answer)'}: Ottla ${brief(ottla)}, Kafka ${brief(kafka)}`
}

function brief(value: Json | undefined): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

import type { LoadedSeed, LoadedTopic } from './loaded-seed.ts'
import { type Problem, SeedError } from './seed-error.ts'

export const createTopicsVariable = 'KAFKA_CREATE_TOPICS'
export const separatorVariable = 'KAFKA_CREATE_TOPICS_SEPARATOR'

const escapes: ReadonlyMap<string, string> = new Map([
  ['\\n', '\n'],
  ['\\t', '\t'],
  ['\\r', '\r'],
])

const partitionsMax = 2 ** 31 - 1
const replicasMax = 32_767

/**
 * Topics as `KAFKA_CREATE_TOPICS` names them, `name:partitions:replicas[:cleanup.policy],…`: the format of the image
 * wurstmeister/kafka. What stands in the separator are the characters that separate, of which any number counts as one,
 * as in the shell's IFS. Topics that exist are left as they are. `undefined` where there are none. Throws a `SeedError`.
 */
export function createTopicsSeed(environment: Readonly<Record<string, string | undefined>>): LoadedSeed | undefined {
  const separators = separatorCharacters(environment[separatorVariable] ?? ',')
  const entries = split(environment[createTopicsVariable] ?? '', separators)
  if (entries.length === 0) return undefined
  const problems: Problem[] = []
  const topics = new Map<string, LoadedTopic>()
  for (const [index, entry] of entries.entries()) {
    const place = { source: createTopicsVariable, line: undefined, path: `topic ${index + 1} ('${entry}')` }
    const refuse = (message: string) => void problems.push({ place, message })
    const [name = '', partitions = '', replicas = '', policy = '', ...more] = entry.split(':').map(part => part.trim())
    if (more.length > 0)
      refuse('must be name:partitions:replicas:cleanup.policy, of which the last three may be left out')
    if (!/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/.test(name)) refuse(`'${name}' is not a topic name`)
    topics.set(name, {
      name,
      partitions: wholeNumber(partitions, partitionsMax, 'the number of partitions', refuse),
      replicationFactor: wholeNumber(replicas, replicasMax, 'the number of replicas', refuse),
      configs: policy === '' ? [] : [{ name: 'cleanup.policy', value: policy, place }],
      records: [],
      isLeftIfThere: true,
      place,
    })
  }
  if (problems.length > 0) throw new SeedError(problems)
  return { source: createTopicsVariable, topics: [...topics.values()], groups: [], brokers: [], files: [] }
}

/** Compose files write a line's end as `$$'\n'`, which arrives as `$'…'` around a real one or an escaped one. */
function separatorCharacters(given: string): string {
  const quoted = /^\$'([\s\S]*)'$/.exec(given)?.[1] ?? given
  return quoted.replaceAll(/\\[ntr]/g, written => escapes.get(written)!)
}

function split(text: string, separators: string): string[] {
  let current = ''
  const parts: string[] = []
  for (const character of text) {
    if (separators.includes(character)) {
      parts.push(current)
      current = ''
    } else current += character
  }
  return [...parts, current].map(part => part.trim()).filter(part => part !== '')
}

function wholeNumber(text: string, max: number, what: string, refuse: (message: string) => void): number | undefined {
  if (text === '') return undefined
  const number = Number(text)
  if (/^\d{1,10}$/.test(text) && number >= 1 && number <= max) return number
  refuse(`${what} must be a whole number from 1 on, not '${text}'`)
  return undefined
}

/** Both at once; of a topic that both name, what the seed says counts. */
export function withCreateTopics(
  seed: LoadedSeed | undefined,
  created: LoadedSeed | undefined,
): LoadedSeed | undefined {
  if (seed === undefined || created === undefined) return seed ?? created
  const named = new Set(seed.topics.map(({ name }) => name))
  return {
    ...seed,
    source: `${seed.source} and ${created.source}`,
    topics: [...seed.topics, ...created.topics.filter(({ name }) => !named.has(name))],
  }
}

import type { ConfigOptions } from './options.ts'

/** Whose configuration: of a type, and of that one entity, its default (an empty name) or all (no name). */
export interface Entity {
  readonly type: string | undefined
  readonly name: string | undefined
}

/** Options that say type and name in one, and those that say a type's default. */
export const entityFlags = [
  { option: 'topic', type: 'topics' },
  { option: 'client', type: 'clients' },
  { option: 'user', type: 'users' },
  { option: 'broker', type: 'brokers' },
  { option: 'broker-logger', type: 'broker-loggers' },
  { option: 'ip', type: 'ips' },
  { option: 'client-metrics', type: 'client-metrics' },
  { option: 'group', type: 'groups' },
  { option: 'client-defaults', type: 'clients' },
  { option: 'user-defaults', type: 'users' },
  { option: 'broker-defaults', type: 'brokers' },
  { option: 'ip-defaults', type: 'ips' },
] as const

/** The types in the order given, each with the name that stands at its place among the names. */
export function entitiesOf(given: ConfigOptions): Entity[] {
  const flags = entityFlags.filter(({ option }) => given.has(option))
  const types = [...given.texts('entity-type'), ...flags.map(({ type }) => type)]
  const names = [
    ...given.inOrder('entity-name', 'entity-default').map(argument => argument ?? ''),
    ...flags.map(({ option }) => given.text(option) ?? ''),
  ]
  return Array.from({ length: Math.max(types.length, names.length) }, (_, index) => ({
    type: types[index],
    name: names[index],
  }))
}

/** The line above an entity's configuration; none where it is that of all entities. */
export function describeHeader({ type, name }: Entity, isAll: boolean): string[] {
  if (type === undefined || name === undefined) return []
  if (name === '') return [`Default configs for ${type} in the cluster are:`]
  return [`${isAll ? 'All' : 'Dynamic'} configs for ${singular(type)} ${name} are:`]
}

/** `topic` for `topics`: without its last letter, as Kafka's tool does it. */
export function singular(type: string): string {
  return type.slice(0, -1)
}

import { parseBootstrapServers, parseHostAndPort, parseVoters } from './endpoint.ts'
import type { Properties } from './kafka-config.ts'
import { parseType } from './parse-value.ts'

/** A default of Ottla's that is not Kafka's, and why. */
export interface OwnDefault {
  readonly key: string
  readonly value: string
  readonly when: string
  readonly reason: string
}

const unset = 'it is unset'
const alone = 'it is unset and the node is its own whole controller quorum'

/** All of them, in one place; `docs/CONFIGURATION.md` lists them too. */
export const ownDefaults: readonly OwnDefault[] = [
  {
    key: 'node.id',
    value: '1',
    when: 'neither node.id nor broker.id is set',
    reason: 'a node without any configuration must start',
  },
  { key: 'process.roles', value: 'broker,controller', when: unset, reason: 'one process is a whole cluster' },
  {
    key: 'controller.listener.names',
    value: 'CONTROLLER',
    when: unset,
    reason: 'the name every Kafka configuration uses for it',
  },
  {
    key: 'listeners',
    value: 'PLAINTEXT://localhost:9092',
    when: unset,
    reason: 'what nobody configured must not be reachable from other machines',
  },
  {
    key: 'log.dirs',
    value: './ottla-data',
    when: 'neither log.dirs nor log.dir is set',
    reason: 'data in /tmp does not outlive a restart of the machine',
  },
  {
    key: 'offsets.topic.replication.factor',
    value: '1',
    when: alone,
    reason: 'three replicas cannot be had from one node',
  },
  { key: 'transaction.state.log.replication.factor', value: '1', when: alone, reason: 'as above' },
  { key: 'transaction.state.log.min.isr', value: '1', when: alone, reason: 'as above' },
  { key: 'share.coordinator.state.topic.replication.factor', value: '1', when: alone, reason: 'as above' },
  { key: 'share.coordinator.state.topic.min.isr', value: '1', when: alone, reason: 'as above' },
]

/** The defaults that differ from Kafka's for a node that was given `properties`. */
export function ownDefaultsFor(properties: Properties): Map<string, string> {
  const presets = new Map<string, string>()
  const isAlone = isOwnQuorum(properties)
  for (const { key, value, when } of ownDefaults) {
    if (key === 'log.dirs' && properties.has('log.dir')) continue
    if (key === 'node.id' && properties.has('broker.id')) continue
    if (when === alone && !isAlone) continue
    if (!properties.has(key)) presets.set(key, value)
  }
  const nodeId = presets.get('node.id')
  if (nodeId !== undefined) presets.set('broker.id', nodeId)
  return presets
}

/** Whether no role and no quorum was configured: the node is a cluster by itself, and needs no controller listener. */
export function isStandalone(properties: Properties): boolean {
  return !properties.has('process.roles') && !hasQuorum(properties)
}

/** Whether this node is the only voter of its controller quorum. */
export function isOwnQuorum(properties: Properties): boolean {
  if (!hasQuorum(properties)) return true
  const voters = listOf(properties, 'controller.quorum.voters')
  if (voters.length === 0) return bootstrapsFromItself(properties)
  const ids = [...parseVoters(voters).keys()]
  const nodeId = properties.get('node.id') ?? properties.get('broker.id') ?? '1'
  return ids.length === 1 && ids[0] === Number(nodeId)
}

/** Whether the one bootstrap controller is this node, as in the `server.properties` Kafka comes with. */
function bootstrapsFromItself(properties: Properties): boolean {
  const [server, ...others] = parseBootstrapServers(listOf(properties, 'controller.quorum.bootstrap.servers'))
  if (server === undefined || others.length > 0) return false
  const names = listOf(properties, 'controller.listener.names')
  return [...listOf(properties, 'listeners'), ...listOf(properties, 'advertised.listeners')].some(entry => {
    const [name, address] = entry.split('://')
    const endpoint = parseHostAndPort(`${address?.startsWith(':') ? 'localhost' : ''}${address}`)
    if (endpoint === undefined || !names.includes(name!.toUpperCase()) || endpoint.port !== server.port) return false
    return endpoint.host === server.host || ['localhost', '127.0.0.1', '::1'].includes(server.host)
  })
}

function listOf(properties: Properties, key: string): readonly string[] {
  return parseType(key, 'list', properties.get(key) ?? '').value as readonly string[]
}

function hasQuorum(properties: Properties): boolean {
  const isGiven = (key: string) => (properties.get(key) ?? '').trim() !== ''
  return isGiven('controller.quorum.voters') || isGiven('controller.quorum.bootstrap.servers')
}

import { checkGroups } from './check-groups.ts'
import { demand, RequirementError } from './config-error.ts'
import { isHostPattern, parseVoters } from './endpoint.ts'
import type { ConfigValues } from './kafka-config.ts'
import { csvMap, type ListenerConfig } from './listeners.ts'
import { logDirsOf } from './log-dirs.ts'
import { isStandalone } from './own-defaults.ts'
import { topicValue } from './topic-config.ts'

const hourMs = 3_600_000

/**
 * Checks the keys against each other, as `KafkaConfig.validateValues` does when a broker starts and whenever a
 * dynamic config changes. Throws `ConfigError`; returns what deserves a warning.
 */
export function checkConfig(values: ConfigValues): string[] {
  const listeners = values.listeners
  checkRoles(values)
  demand(values.get('node.id') === values.get('broker.id'), 'You must set `node.id` to the same value as `broker.id`.')
  checkLog(values)
  checkReplication(values)
  checkGroups(values)
  checkEarlyStart(values, listeners)
  const warnings = checkQuorum(values, listeners)
  checkAdvertised(values, listeners)
  checkNetwork(values, listeners)
  const heartbeatMs = values.get('broker.heartbeat.interval.ms')
  const sessionMs = values.get('broker.session.timeout.ms')
  if (heartbeatMs * 2 > sessionMs) {
    warnings.push(
      `broker.heartbeat.interval.ms (${heartbeatMs} ms) must be less than or equal to half of the ` +
        `broker.session.timeout.ms (${sessionMs} ms).`,
    )
  }
  return warnings
}

function checkRoles(values: ConfigValues): void {
  const known = ['broker', 'controller']
  for (const role of values.get('process.roles')) {
    demand(known.includes(role), `Unknown process role '${role}' (only 'broker' and 'controller' are allowed roles)`)
  }
}

function checkLog(values: ConfigValues): void {
  const rollMs = values.get('log.roll.ms') ?? values.get('log.roll.hours') * hourMs
  demand(rollMs >= 1, 'log.roll.ms must be greater than or equal to 1')
  const rollJitterMs = values.get('log.roll.jitter.ms') ?? values.get('log.roll.jitter.hours') * hourMs
  demand(rollJitterMs >= 0, 'log.roll.jitter.ms must be greater than or equal to 0')
  const retentionMs = topicValue(values, undefined, 'retention.ms').value as number
  demand(
    retentionMs >= 1 || retentionMs === -1,
    'log.retention.ms must be unlimited (-1) or, greater than or equal to 1',
  )
  demand(logDirsOf(values).length > 0, 'At least one log directory must be defined via log.dirs or log.dir.')
  const cleanerThreads = values.get('log.cleaner.threads')
  demand(cleanerThreads > 0, 'log.cleaner.threads must be at least 1, for the cleaner must have a thread.')
  demand(
    values.get('log.cleaner.dedupe.buffer.size') / cleanerThreads > 1024 * 1024,
    'log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.',
  )
}

function checkReplication(values: ConfigValues): void {
  const fetchWaitMaxMs = values.get('replica.fetch.wait.max.ms')
  demand(
    fetchWaitMaxMs <= values.get('replica.socket.timeout.ms'),
    'replica.socket.timeout.ms should always be at least replica.fetch.wait.max.ms to prevent unnecessary socket ' +
      'timeouts',
  )
  demand(
    fetchWaitMaxMs <= values.get('replica.lag.time.max.ms'),
    'replica.fetch.wait.max.ms should always be less than or equal to replica.lag.time.max.ms to prevent frequent ' +
      'changes in ISR',
  )
}

function checkEarlyStart(values: ConfigValues, { listeners }: ListenerConfig): void {
  for (const name of values.get('early.start.listeners') ?? []) {
    demand(
      listeners.some(listener => listener.name === name),
      `early.start.listeners contains listener ${name}, but this is not contained in listeners or ` +
        'controller.listener.names',
    )
  }
}

function checkQuorum(values: ConfigValues, listeners: ListenerConfig): string[] {
  const roles = values.get('process.roles')
  const nodeId = values.get('node.id')
  const voterIds = [...parseVoters(values.get('controller.quorum.voters')).keys()]
  const controllerNames = values.get('controller.listener.names')
  // No other voter needs to reach a node that is a cluster by itself.
  if (isStandalone(values.originals)) return []
  demand(
    voterIds.length > 0 || values.get('controller.quorum.bootstrap.servers').length > 0,
    'If using process.roles, either controller.quorum.bootstrap.servers must contain the set of bootstrap controllers ' +
      'or controller.quorum.voters must contain a parseable set of controllers.',
  )
  if (!roles.includes('controller')) return checkBrokerOnly(values, listeners, voterIds)
  if (!roles.includes('broker')) {
    demand(
      listeners.advertisedControllerListeners.length === listeners.listeners.length,
      'The listeners config must only contain KRaft controller listeners from controller.listener.names when ' +
        'process.roles=controller',
    )
    demand(
      values.get('inter.broker.listener.name') === null || !controllerNames.includes(listeners.interBrokerListenerName),
      'controller.listener.names must not contain an explicitly set inter.broker.listener.name configuration value ' +
        "when process.roles=controller'",
    )
  }
  demand(
    voterIds.length === 0 || voterIds.includes(nodeId),
    `If process.roles contains the 'controller' role, the node id ${nodeId} must be included in the set of voters ` +
      `controller.quorum.voters=${scalaSet(voterIds)}`,
  )
  demand(
    listeners.advertisedControllerListeners.length > 0,
    "controller.listener.names must contain at least one value appearing in the 'listeners' configuration when " +
      'running the KRaft controller role',
  )
  demand(
    controllerNames.every(name => listeners.listeners.some(listener => listener.name === name)),
    "controller.listener.names must only contain values appearing in the 'listeners' configuration when running the " +
      'KRaft controller role',
  )
  return []
}

function checkBrokerOnly(values: ConfigValues, listeners: ListenerConfig, voterIds: readonly number[]): string[] {
  const nodeId = values.get('node.id')
  const controllerNames = values.get('controller.listener.names')
  demand(
    !voterIds.includes(nodeId),
    `If process.roles contains just the 'broker' role, the node id ${nodeId} must not be included in the set of ` +
      `voters controller.quorum.voters=${scalaSet(voterIds)}`,
  )
  demand(
    listeners.controllerListeners.length === 0,
    "controller.listener.names must not contain a value appearing in the 'listeners' configuration when running " +
      'KRaft with just the broker role',
  )
  for (const name of controllerNames.map(name => name.toUpperCase())) {
    demand(
      listeners.securityProtocolMap.has(name),
      `Controller listener with name ${name} defined in controller.listener.names not found in ` +
        'listener.security.protocol.map  (an explicit security mapping for each controller listener is required if ' +
        'listener.security.protocol.map is non-empty, or if there are security protocols other than PLAINTEXT in use)',
    )
  }
  demand(
    !values.get('controller.quorum.auto.join.enable'),
    "controller.quorum.auto.join.enable is only supported when process.roles contains the 'controller' role.",
  )
  if (controllerNames.length < 2) return []
  return [
    'controller.listener.names has multiple entries; only the first will be used since process.roles=broker: ' +
      `[${controllerNames.join(', ')}]`,
  ]
}

function checkAdvertised(values: ConfigValues, listeners: ListenerConfig): void {
  const advertised = listeners.advertisedBrokerListeners.map(listener => listener.name)
  if (values.get('process.roles').includes('broker')) {
    demand(
      advertised.length > 0,
      'There must be at least one broker advertised listener. Perhaps all listeners appear in ' +
        'controller.listener.names?',
    )
    demand(
      advertised.includes(listeners.interBrokerListenerName),
      'inter.broker.listener.name must be a listener name defined in advertised.listeners. The valid options based on ' +
        `currently configured listeners are ${advertised.join(',')}`,
    )
    const bound = listeners.listeners.map(listener => listener.name)
    demand(
      advertised.every(name => bound.includes(name)),
      'advertised.listeners listener names must be equal to or a subset of the ones defined in listeners. Found ' +
        `${advertised.join(',')}. The valid options based on the current configuration are ${bound.join(',')}`,
    )
    checkCordonedLogDirs(values)
  }
  // What nobody advertises is told to each client as it fits: see `broker/endpoints`.
  const advertisedBrokers = values.get('advertised.listeners') === null ? [] : listeners.advertisedBrokerListeners
  for (const endpoint of [...advertisedBrokers, ...listeners.advertisedControllerListeners]) {
    demand(
      endpoint.host !== '0.0.0.0',
      'advertised.listeners cannot use the nonroutable meta-address 0.0.0.0. Use a routable IP address.',
    )
  }
}

function checkCordonedLogDirs(values: ConfigValues): void {
  const cordoned = values.get('cordoned.log.dirs') ?? []
  if (cordoned.includes('*')) {
    demand(cordoned.length === 1, 'When cordoned.log.dirs is set to *, it must not contain other values')
    return
  }
  const unknown = cordoned.filter(dir => !logDirsOf(values).includes(dir))
  demand(
    unknown.length === 0,
    `All entries in cordoned.log.dirs must be present in log.dirs or log.dir. Missing entries : ${unknown.join(', ')}`,
  )
}

function checkNetwork(values: ConfigValues, listeners: ListenerConfig): void {
  const usesSasl = listeners.interBrokerSecurityProtocol.startsWith('SASL_')
  demand(
    !usesSasl || values.get('sasl.enabled.mechanisms').includes(values.get('sasl.mechanism.inter.broker.protocol')),
    'sasl.mechanism.inter.broker.protocol must be included in sasl.enabled.mechanisms when SASL is used for ' +
      'inter-broker communication',
  )
  const queuedMaxBytes = values.get('queued.max.request.bytes')
  demand(
    queuedMaxBytes <= 0 || queuedMaxBytes >= values.get('socket.request.max.bytes'),
    'queued.max.request.bytes must be larger or equal to socket.request.max.bytes',
  )
  const overrides = maxConnectionsPerIpOverrides(values)
  demand(
    values.get('max.connections.per.ip') !== 0 || overrides.size > 0,
    'max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides property is set.',
  )
  const maxIdleMs = values.get('connections.max.idle.ms')
  const delayMs = values.get('connection.failed.authentication.delay.ms')
  demand(
    maxIdleMs < 0 || delayMs < maxIdleMs,
    `connection.failed.authentication.delay.ms=${delayMs} should always be less than connections.max.idle.ms=` +
      `${maxIdleMs} to prevent failed authentication responses from timing out`,
  )
}

/** `max.connections.per.ip.overrides`: how many connections each of these hosts may have. */
function maxConnectionsPerIpOverrides(values: ConfigValues): ReadonlyMap<string, number> {
  const key = 'max.connections.per.ip.overrides'
  const overrides = new Map<string, number>()
  for (const [host, count] of csvMap(key, values.get(key))) {
    if (!isHostPattern(host)) throw new RequirementError(`${key} contains invalid addresses : ${host}`)
    if (!/^[-+]?[0-9]+$/.test(count)) {
      throw new RequirementError(`Invalid value ${values.get(key)} for configuration ${key}: '${count}' is no number`)
    }
    overrides.set(host, Number(count))
  }
  return overrides
}

function scalaSet(ids: readonly number[]): string {
  return `Set(${ids.join(', ')})`
}

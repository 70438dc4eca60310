import { ConfigError, invalidValue } from './config-error.ts'
import { parseVoters } from './endpoint.ts'
import { ipVersion, isIpAddress } from './ip-address.ts'
import type { ConfigValues } from './kafka-config.ts'

export type SecurityProtocol = 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'

const securityProtocols: readonly SecurityProtocol[] = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL']

/** One entry of `listeners` or `advertised.listeners`. */
export interface ListenerEndpoint {
  /** Upper case. */
  readonly name: string
  readonly securityProtocol: SecurityProtocol
  /** Null where the entry leaves it out: every interface. */
  readonly host: string | null
  /** 0 lets the system choose one. */
  readonly port: number
}

/** What `listeners` and its relations say together; the names are those of Kafka's `KafkaConfig`. */
export interface ListenerConfig {
  /** In the order given. */
  readonly listeners: readonly ListenerEndpoint[]
  readonly controllerListeners: readonly ListenerEndpoint[]
  /** What clients and other brokers connect to. */
  readonly brokerListeners: readonly ListenerEndpoint[]
  readonly advertisedBrokerListeners: readonly ListenerEndpoint[]
  /** One per controller listener name, where this node has such a listener; a null host is to be resolved. */
  readonly advertisedControllerListeners: readonly ListenerEndpoint[]
  readonly securityProtocolMap: ReadonlyMap<string, SecurityProtocol>
  readonly interBrokerListenerName: string
  readonly interBrokerSecurityProtocol: SecurityProtocol
}

/** Throws `ConfigError` where the keys do not fit together. */
export function resolveListeners(values: ConfigValues): ListenerConfig {
  const securityProtocolMap = effectiveSecurityProtocolMap(values)
  const controllerNames = values.get('controller.listener.names')
  const listeners = parseListeners('listeners', values.get('listeners'), securityProtocolMap)
  requireDistinctPorts(listeners, values.get('listeners'))
  const advertised = values.get('advertised.listeners')
  const allAdvertised =
    advertised === null ? listeners : parseListeners('advertised.listeners', advertised, securityProtocolMap)
  return {
    listeners,
    controllerListeners: listeners.filter(listener => controllerNames.includes(listener.name)),
    brokerListeners: listeners.filter(listener => !controllerNames.includes(listener.name)),
    advertisedBrokerListeners: allAdvertised.filter(listener => !controllerNames.includes(listener.name)),
    advertisedControllerListeners: advertisedControllers(values, listeners, advertised === null ? [] : allAdvertised),
    securityProtocolMap,
    ...interBrokerListener(values, securityProtocolMap),
  }
}

/** `KafkaConfig.effectiveAdvertisedControllerListeners`. */
function advertisedControllers(
  values: ConfigValues,
  listeners: readonly ListenerEndpoint[],
  advertised: readonly ListenerEndpoint[],
): readonly ListenerEndpoint[] {
  return values.get('controller.listener.names').flatMap((name, index) => {
    const own = advertised.find(endpoint => endpoint.name === name)
    if (own !== undefined) return [own]
    const listener = listeners.find(endpoint => endpoint.name === name)
    if (listener === undefined) return []
    if (listener.host !== null && listener.host !== '0.0.0.0') return [listener]
    // The first controller listener, where it has no host, is where the other voters expect this one.
    const voter =
      index === 0 ? parseVoters(values.get('controller.quorum.voters')).get(values.get('node.id')) : undefined
    return [voter === undefined ? { ...listener, host: null } : { ...listener, host: voter.host, port: voter.port }]
  })
}

// SocketServerConfigs.URI_PARSE_REGEXP.
const listenerPattern = /^(.*):\/\/\[?([0-9a-zA-Z\-%._:]*)\]?:(-?[0-9]+)$/

function parseListeners(
  key: string,
  entries: readonly string[],
  securityProtocolMap: ReadonlyMap<string, SecurityProtocol>,
): readonly ListenerEndpoint[] {
  const fail = (reason: string) =>
    new ConfigError(`Invalid value ${entries.join(',')} for configuration ${key}: ${reason}`)
  const endpoints = entries.map(entry => {
    const match = listenerPattern.exec(entry)
    if (match === null) throw fail(`Unable to parse ${entry} to a broker endpoint, expected NAME://host:port`)
    const name = normalisedName(match[1]!)
    const securityProtocol = securityProtocolMap.get(name)
    if (securityProtocol === undefined) throw fail(`No security protocol defined for listener ${name}`)
    const port = Number(match[3])
    if (port < 0 || port > 65_535) throw fail(`Port ${match[3]} of ${entry} is out of range, expected 0 to 65535`)
    return { name, securityProtocol, host: match[2] === '' ? null : match[2]!, port }
  })
  const names = new Set(endpoints.map(endpoint => endpoint.name))
  if (names.size !== endpoints.length) throw fail('Each listener must have a different name')
  return endpoints
}

/** Two listeners may share a port only where one is an IPv4 address and the other an IPv6 address. */
function requireDistinctPorts(endpoints: readonly ListenerEndpoint[], entries: readonly string[]): void {
  const byPort = Map.groupBy(
    endpoints.filter(endpoint => endpoint.port !== 0),
    endpoint => endpoint.port,
  )
  const fail = (reason: string) =>
    new ConfigError(`Invalid value ${entries.join(',')} for configuration listeners: ${reason}`)
  for (const [port, sharing] of byPort) {
    if (sharing.length < 2) continue
    const addresses = sharing.filter(endpoint => endpoint.host !== null && isIpAddress(endpoint.host))
    if (sharing.length - addresses.length > 1) throw fail(`Each listener must have a different port, port: ${port}`)
    if (addresses.length === 0) continue
    if (addresses.length > 2) {
      throw fail(
        'Each listener must have a different port unless exactly one listener has an IPv4 address and the other ' +
          `IPv6 address, port: ${port}`,
      )
    }
    const [one, other] = addresses.map(endpoint => ipVersion(endpoint.host!))
    if (addresses.length < sharing.length || one === other) {
      throw fail(
        `If you have two listeners on the same port then one needs to be IPv4 and the other IPv6, port: ${port}`,
      )
    }
  }
}

/** `listener.security.protocol.map`; left to its default it also maps controller listeners to PLAINTEXT. */
function effectiveSecurityProtocolMap(values: ConfigValues): ReadonlyMap<string, SecurityProtocol> {
  const key = 'listener.security.protocol.map'
  const map = new Map<string, SecurityProtocol>()
  for (const [name, protocol] of csvMap(key, values.get(key))) {
    map.set(normalisedName(name), securityProtocol(protocol, key))
  }
  if (values.isSet(key)) return map
  const controllerNames = values.get('controller.listener.names')
  const listenerNames = values.get('listeners').map(entry => entry.slice(0, Math.max(0, entry.indexOf(':'))))
  const isSecured = (name: string) => ['SSL', 'SASL_SSL', 'SASL_PLAINTEXT'].includes(name)
  if (controllerNames.some(isSecured) || listenerNames.some(name => isSecured(name.toUpperCase()))) return map
  for (const name of controllerNames) if (name !== 'PLAINTEXT') map.set(name, 'PLAINTEXT')
  return map
}

function interBrokerListener(
  values: ConfigValues,
  securityProtocolMap: ReadonlyMap<string, SecurityProtocol>,
): Pick<ListenerConfig, 'interBrokerListenerName' | 'interBrokerSecurityProtocol'> {
  const given = values.get('inter.broker.listener.name')
  if (given === null) {
    const protocol = securityProtocol(values.get('security.inter.broker.protocol'), 'security.inter.broker.protocol')
    return { interBrokerListenerName: protocol, interBrokerSecurityProtocol: protocol }
  }
  if (values.isSet('security.inter.broker.protocol')) {
    throw new ConfigError('Only one of inter.broker.listener.name and security.inter.broker.protocol should be set.')
  }
  const interBrokerListenerName = normalisedName(given)
  const interBrokerSecurityProtocol = securityProtocolMap.get(interBrokerListenerName)
  if (interBrokerSecurityProtocol === undefined) {
    throw new ConfigError(
      `Listener with name ${interBrokerListenerName} defined in inter.broker.listener.name not found in ` +
        'listener.security.protocol.map.',
    )
  }
  return { interBrokerListenerName, interBrokerSecurityProtocol }
}

/** `Csv.parseCsvMap`: `a:b, c:d`; the last colon of an entry divides it, since IPv6 addresses have several. */
export function csvMap(key: string, text: string): Map<string, string> {
  const map = new Map<string, string>()
  if (text === '') return map
  for (const entry of text.split(/\s*,\s*/)) {
    const at = entry.lastIndexOf(':')
    if (at < 0) {
      throw invalidValue(key, text, `'${entry}' is not of the form name:value`)
    }
    map.set(entry.slice(0, at).trim(), entry.slice(at + 1).trim())
  }
  return map
}

function normalisedName(name: string): string {
  if (name.trim() === '') throw new ConfigError('The provided listener name is null or empty string')
  return name.toUpperCase()
}

function securityProtocol(name: string, key: string): SecurityProtocol {
  const protocol = securityProtocols.find(one => one === name.toUpperCase())
  if (protocol === undefined) throw new ConfigError(`Invalid security protocol \`${name}\` defined in ${key}`)
  return protocol
}

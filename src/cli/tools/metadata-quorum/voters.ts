import { throwIfError } from '../../../client/client-error.ts'
import type { KafkaClient } from '../../../client/kafka-client.ts'
import { AddRaftVoter } from '../../../protocol/apis/add-raft-voter.ts'
import { RemoveRaftVoter } from '../../../protocol/apis/remove-raft-voter.ts'
import { isUuid, type Uuid } from '../../../protocol/uuid.ts'
import {
  type MetaProperties,
  metaPropertiesFileName,
  parseMetaProperties,
  uuidFault,
} from '../../../storage/meta-properties.ts'
import { tellingExceptions } from '../../bootstrap-controller.ts'
import { type ToolEnvironment, ToolError, type ToolResult } from '../../tool.ts'

type Properties = ReadonlyMap<string, string>

interface Listener {
  readonly name: string
  readonly host: string
  readonly port: number
}

const timeoutMs = 60_000
const isThisOne = 'Is this a valid controller configuration file?'

/** Makes the controller that a `server.properties` describes a voter. */
export async function addController(
  client: KafkaClient,
  properties: Properties,
  isDryRun: boolean,
  environment: ToolEnvironment,
): Promise<ToolResult> {
  const voterId = controllerId(properties)
  const voterDirectoryId = await directoryId(metadataDirectory(properties), environment)
  const listeners = controllerListeners(properties)
  if (!isDryRun) {
    await tellingExceptions(async () => {
      const request = { clusterId: null, timeoutMs, voterId, voterDirectoryId, listeners }
      const { errorCode, errorMessage } = await client.ask(AddRaftVoter, request)
      throwIfError(errorCode, errorMessage)
    })
  }
  const endpoints = listeners.map(
    ({ name, host, port }) => `${name}://${host.includes(':') ? `[${host}]` : host}:${port}`,
  )
  const done = isDryRun ? 'DRY RUN of adding' : 'Added'
  const line = `${done} controller ${voterId} with directory id ${voterDirectoryId} and endpoints: ${endpoints.join(', ')}`
  return { lines: [line] }
}

export async function removeController(
  client: KafkaClient,
  voterId: number,
  voterDirectoryId: string,
  isDryRun: boolean,
): Promise<ToolResult> {
  if (voterId < 0) throw new ToolError(`Invalid negative --controller-id: ${voterId}`)
  if (!isUuid(voterDirectoryId)) {
    throw new ToolError(`Failed to parse --controller-directory-id: ${uuidFault(voterDirectoryId)}`)
  }
  if (!isDryRun) {
    await tellingExceptions(async () => {
      const request = { clusterId: null, voterId, voterDirectoryId }
      const { errorCode, errorMessage } = await client.ask(RemoveRaftVoter, request)
      throwIfError(errorCode, errorMessage)
    })
  }
  const done = isDryRun ? 'DRY RUN of removing ' : 'Removed '
  return { lines: [`${done} KRaft controller ${voterId} with directory id ${voterDirectoryId}`] }
}

function controllerId(properties: Properties): number {
  const text = properties.get('node.id')
  if (text === undefined) throw new ToolError(`node.id not found in configuration file. ${isThisOne}`)
  if (!/^[+-]?\d+$/.test(text)) throw new ToolError(`For input string: "${text}"`)
  if (Number(text) < 0) throw new ToolError(`node.id was negative in configuration file. ${isThisOne}`)
  if (!(properties.get('process.roles') ?? '').includes('controller')) {
    throw new ToolError(`process.roles did not contain 'controller' in configuration file. ${isThisOne}`)
  }
  return Number(text)
}

function metadataDirectory(properties: Properties): string {
  const directory = properties.get('metadata.log.dir') ?? properties.get('log.dirs')?.trim().split(',')[0]
  if (directory !== undefined) return directory
  throw new ToolError(`Neither metadata.log.dir nor log.dirs were found. ${isThisOne}`)
}

async function directoryId(directory: string, environment: ToolEnvironment): Promise<Uuid> {
  const found = (await metaProperties(directory, environment)).directoryId
  if (found === undefined) throw new ToolError(`No directory id found in ${directory}`)
  return found
}

async function metaProperties(directory: string, { ports }: ToolEnvironment): Promise<MetaProperties> {
  try {
    return parseMetaProperties(await ports.disk.readFile(`${directory}/${metaPropertiesFileName}`))
  } catch (error) {
    throw new ToolError(`Unable to read meta.properties from ${directory}`, { cause: error })
  }
}

/** Where other controllers shall find it: what it advertises, or else what it listens on. */
function controllerListeners(properties: Properties): Listener[] {
  const known = ['listeners', 'advertised.listeners'].flatMap(key => listenersIn(properties.get(key) ?? ''))
  const names = properties.get('controller.listener.names')
  if (names === undefined) throw new ToolError(`controller.listener.names was not found. ${isThisOne}`)
  return names.split(',').map(text => {
    const name = text.toUpperCase()
    const listener = known.findLast(one => one.name === name)
    if (listener === undefined) {
      throw new ToolError(`Cannot find information about controller listener name: ${name}`)
    }
    return listener
  })
}

const listenerPattern = /^\s*([^:]*):\/\/\[?([0-9a-zA-Z\-%._:]*)\]?:(\d+)\s*$/

function listenersIn(text: string): Listener[] {
  return text.split(',').flatMap(entry => {
    const [, name, host, port] = listenerPattern.exec(entry) ?? []
    if (name === undefined) return []
    return [{ name: name.toUpperCase(), host: host === '' ? 'localhost' : host!, port: Number(port) }]
  })
}

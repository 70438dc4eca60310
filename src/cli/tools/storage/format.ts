import type { KafkaConfig } from '../../../config/kafka-config.ts'
import { isStandalone } from '../../../config/own-defaults.ts'
import { randomUuid } from '../../../protocol/uuid.ts'
import { type DynamicVoter, parseDynamicVoters } from '../../../storage/dynamic-voters.ts'
import { formatStorage } from '../../../storage/formatter.ts'
import { StorageError } from '../../../storage/storage-error.ts'
import type { ToolPorts } from '../../tool.ts'
import { metadataVersionOf, parseShort } from './features.ts'
import { logDirectories } from './log-directories.ts'
import type { FormatOptions } from './options.ts'

/** `StorageTool.runFormatCommand`. What it tells goes to `lines`, as it happens. Throws a `StorageError`. */
export async function format(
  given: FormatOptions,
  config: KafkaConfig,
  ports: ToolPorts,
  lines: string[],
): Promise<void> {
  const allowsUnstable = config.get('unstable.feature.versions.enable')
  const release = given.text('release-version')
  const releaseVersion = release === undefined ? undefined : metadataVersionOf(release, allowsUnstable)
  const levels = new Map(given.texts('feature').map(nameAndLevel))
  await formatStorage(
    {
      nodeId: config.get('node.id'),
      clusterId: given.text('cluster-id')!,
      directories: logDirectories(config),
      metadataLogDirectory: config.metadataLogDir,
      controllerListenerName: config.get('controller.listener.names')[0]!,
      ignoresFormatted: given.has('ignore-formatted'),
      allowsUnstable,
      releaseVersion,
      levels,
      hasDynamicQuorum:
        config.get('controller.quorum.voters').length === 0 && !isStandalone(config.staticValues.originals),
      initialControllers: initialControllers(given, config, ports),
      scramArguments: given.texts('add-scram'),
      print: line => lines.push(line),
    },
    ports,
  )
}

function nameAndLevel(argument: string): [string, number] {
  const refusal = `Can't parse feature=level string ${argument}:`
  const at = argument.indexOf('=')
  if (at < 0) throw new StorageError(`${refusal} equals sign not found.`)
  const text = argument.slice(at + 1).trim()
  const level = parseShort(text)
  if (level === undefined) throw new StorageError(`${refusal} unable to parse ${text} as a short.`)
  return [argument.slice(0, at).trim(), level]
}

function initialControllers(
  given: FormatOptions,
  config: KafkaConfig,
  ports: ToolPorts,
): readonly DynamicVoter[] | undefined {
  const hasStaticVoters = config.get('controller.quorum.voters').length > 0
  const isController = config.get('process.roles').includes('controller')
  const voters = given.text('initial-controllers')
  if (hasStaticVoters && (voters !== undefined || given.has('standalone'))) {
    throw new StorageError(
      'You cannot specify controller.quorum.voters and format the node with --initial-controllers or --standalone. If ' +
        'you want to use dynamic quorum, please remove controller.quorum.voters and specify ' +
        'controller.quorum.bootstrap.servers instead.',
    )
  }
  if (voters !== undefined) return parseDynamicVoters(voters)
  if (given.has('standalone')) return [standaloneVoter(config, isController, ports)]
  // Without roles and a quorum the node is its own, and has no listener at which others would find it.
  if (isStandalone(config.staticValues.originals)) return undefined
  if (!given.has('no-initial-controllers') && isController && !hasStaticVoters) {
    throw new StorageError(
      'Because controller.quorum.voters is not set on this controller, you must specify one of the following: ' +
        '--standalone, --initial-controllers, or --no-initial-controllers.',
    )
  }
  return undefined
}

function standaloneVoter(config: KafkaConfig, isController: boolean, { random }: ToolPorts): DynamicVoter {
  if (!isController) throw new StorageError('You can only use --standalone on a controller.')
  const [listener] = config.listeners.advertisedControllerListeners
  if (listener === undefined) throw new StorageError('No controller listeners found.')
  return {
    nodeId: config.get('node.id'),
    host: listener.host ?? 'localhost',
    port: listener.port,
    directoryId: randomUuid(length => random.bytes(length)),
  }
}

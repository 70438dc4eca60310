import { DynamicConfigPublisher } from '../../src/broker/config/dynamic-config-publisher.ts'
import type { Handler, RequestContext } from '../../src/broker/handler.ts'
import { handler as alterConfigs } from '../../src/broker/handlers/alter-configs.ts'
import { handler as describeConfigs } from '../../src/broker/handlers/describe-configs.ts'
import { handler as incrementalAlterConfigs } from '../../src/broker/handlers/incremental-alter-configs.ts'
import { handler as listConfigResources } from '../../src/broker/handlers/list-config-resources.ts'
import type { BrokerServices } from '../../src/broker/services.ts'
import { ConfigRules } from '../../src/config/config-rules.ts'
import { ConfigDescriber } from '../../src/config/describe-configs.ts'
import { DynamicConfig } from '../../src/config/dynamic-config.ts'
import type { Properties } from '../../src/config/kafka-config.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { defaultBootstrapRecords } from '../../src/controller/activation.ts'
import { Controller } from '../../src/controller/controller.ts'
import type { ControllerResult } from '../../src/controller/controller-state.ts'
import { emptyMetadataImage } from '../../src/controller/image/metadata-image.ts'
import { MetadataReplay } from '../../src/controller/image/metadata-replay.ts'
import type { MetadataRecord } from '../../src/controller/metadata-record.ts'
import { topicNameFault } from '../../src/controller/topic-names.ts'
import type { Logger, LoggerLevels, LogLevel } from '../../src/ports.ts'

/**
 * The configuration side of one broker without a network or a disk: its handlers over a real controller, whose records
 * are replayed at once.
 */
export class ConfigBroker {
  readonly dynamic: DynamicConfig
  readonly loggers = new TestLoggers()
  /** What the broker logged at WARN and at ERROR. */
  readonly warnings: string[] = []
  readonly errors: string[] = []
  readonly #controller: Controller
  readonly #publisher: DynamicConfigPublisher
  readonly #services: BrokerServices
  #offset = -1

  constructor(properties: Properties) {
    const { config } = loadConfig(properties)
    const nodeId = config.get('node.id')
    this.dynamic = new DynamicConfig(config)
    const logger: Logger = {
      isEnabled: () => true,
      debug: () => {},
      info: () => {},
      warn: message => this.warnings.push(message),
      error: message => this.errors.push(message),
    }
    this.#publisher = new DynamicConfigPublisher(nodeId, this.dynamic, logger)
    const rules = new ConfigRules(config, topicNameFault)
    let drawn = 0
    this.#controller = new Controller({
      settings: { nodeId, clusterId: 'AAAAAAAAAAAAAAAAAAAAAA', defaultReplicationFactor: 1, defaultNumPartitions: 1 },
      rules,
      random: {
        bytes: length => Uint8Array.from({ length }, () => ++drawn & 255),
        drawBelow: bound => ++drawn % bound,
      },
      replay: new MetadataReplay(emptyMetadataImage, {
        isSupportedConfig: (resourceType, key) => rules.isSupported(resourceType, key),
      }),
    })
    const controller = this.#controller
    const run = <T>(result: ControllerResult<T>) => Promise.resolve(this.#commit(result))
    this.#services = {
      nodeId,
      config,
      dynamicConfig: this.dynamic,
      configDescriber: new ConfigDescriber(config, this.dynamic),
      loggerLevels: this.loggers,
      loggers: { named: () => logger },
      metadata: {
        get image() {
          return controller.image
        },
        addListener: () => {},
      },
      controller: {
        incrementalAlterConfigs: (
          changes: Parameters<Controller['incrementalAlterConfigs']>[0],
          validateOnly: boolean,
        ) => run(controller.incrementalAlterConfigs(changes, validateOnly)),
        legacyAlterConfigs: (changes: Parameters<Controller['legacyAlterConfigs']>[0], validateOnly: boolean) =>
          run(controller.legacyAlterConfigs(changes, validateOnly)),
      },
      // The handlers of configurations reach for nothing else.
    } as unknown as BrokerServices
    this.#replay(controller.activate(defaultBootstrapRecords(), 1))
    this.#register(nodeId)
  }

  createTopic(name: string, configs: Readonly<Record<string, string>> = {}) {
    const [result] = this.#commit(
      this.#controller.createTopics({
        topics: [
          {
            name,
            numPartitions: 1,
            replicationFactor: 1,
            assignments: [],
            configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
          },
        ],
        validateOnly: false,
        describable: () => true,
      }),
    )
    return result
  }

  /** The response, as a client would decode it. */
  async send(request: { readonly api: number; readonly version: number; readonly body: object }): Promise<object> {
    const handler = handlers.find(one => one.api.key === request.api)!
    const api = handler.api as unknown as {
      request: {
        encode(value: unknown, version: number): Uint8Array[]
        decode(bytes: Uint8Array, version: number): unknown
      }
      response: {
        encode(value: unknown, version: number): Uint8Array[]
        decode(bytes: Uint8Array, version: number): object
      }
    }
    const asked = api.request.decode(Buffer.concat(api.request.encode(request.body, request.version)), request.version)
    const context = {
      apiKey: request.api,
      apiVersion: request.version,
      connection: { listenerName: 'PLAINTEXT' },
    } as unknown as RequestContext
    const answer = await handler.handle(this.#services, asked, context)
    return api.response.decode(Buffer.concat(api.response.encode(answer, request.version)), request.version)
  }

  #commit<T>({ records, response }: ControllerResult<T>): T {
    if (records.length > 0) this.#replay(records)
    return response
  }

  #replay(records: readonly MetadataRecord[]): void {
    this.#offset += records.length
    const provenance = { lastContainedOffset: this.#offset, lastContainedEpoch: 1, lastContainedLogTimeMs: 0 }
    const delta = this.#controller.replay(records, provenance)
    if (delta !== undefined) this.#publisher.onMetadataUpdate(delta)
  }

  #register(nodeId: number): void {
    this.#commit(
      this.#controller.registerBroker({
        brokerId: nodeId,
        clusterId: 'AAAAAAAAAAAAAAAAAAAAAA',
        incarnationId: 'AAAAAAAAAAAAAAAAAAAAAQ' as never,
        endpoints: [{ name: 'PLAINTEXT', host: 'localhost', port: 9092, securityProtocol: 0 }],
        features: [...brokerFeatures],
        rack: null,
        directories: ['AAAAAAAAAAAAAAAAAAAAZA' as never],
        previousBrokerEpoch: -1,
      }),
    )
    this.#commit(this.#controller.unfenceBroker(nodeId))
  }
}

const handlers: readonly Handler[] = [describeConfigs, alterConfigs, incrementalAlterConfigs, listConfigResources]

const brokerFeatures = [
  ['metadata.version', 7, 30],
  ['eligible.leader.replicas.version', 0, 1],
  ['group.version', 0, 1],
  ['kraft.version', 0, 1],
  ['share.version', 0, 1],
  ['streams.version', 0, 1],
  ['transaction.version', 0, 2],
].map(([name, minSupportedVersion, maxSupportedVersion]) => ({
  name: name as string,
  minSupportedVersion: minSupportedVersion as number,
  maxSupportedVersion: maxSupportedVersion as number,
}))

/** Three loggers and the root of all, at INFO. */
export class TestLoggers implements LoggerLevels {
  readonly #levels = new Map<string, LogLevel | undefined>([
    ['root', 'INFO'],
    ['kafka.server.KafkaApis', undefined],
    ['org.apache.kafka', undefined],
  ])

  levels(): ReadonlyMap<string, LogLevel> {
    return new Map([...this.#levels].map(([name, level]) => [name, level ?? this.#levels.get('root')!]))
  }

  has(name: string): boolean {
    return this.#levels.has(name)
  }

  setLevel(name: string, level: LogLevel | undefined): void {
    this.#levels.set(name, level)
  }
}

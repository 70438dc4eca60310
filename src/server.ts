import { resolve } from 'node:path'
import { DynamicConfigPublisher } from './broker/config/dynamic-config-publisher.ts'
import { controllerHandlerEntries } from './broker/controller-handlers.ts'
import { DynamicGroupConfigs } from './broker/coordinator/dynamic-group-configs.ts'
import { GroupCoordinator } from './broker/coordinator/group-coordinator.ts'
import { TransactionCoordinator } from './broker/coordinator/transaction-coordinator.ts'
import { Dispatcher } from './broker/dispatcher.ts'
import { advertisedEndpoints, controllerEndpoints } from './broker/endpoints/advertised-endpoints.ts'
import { ClientEndpoints } from './broker/endpoints/client-endpoints.ts'
import { connectionIsRefused } from './broker/endpoints/connection-is-refused.ts'
import { loopbackOnly } from './broker/endpoints/loopback-only.ts'
import { FetchMemory } from './broker/fetch/fetch-memory.ts'
import { FetchSessionCache } from './broker/fetch/fetch-session-cache.ts'
import { DirectoryIds } from './broker/log-dirs/directory-assignments.ts'
import { LogDirs } from './broker/log-dirs/log-dirs.ts'
import { logManagerSettings, metadataLogConfig, metadataWriteSettings } from './broker/log-manager-settings.ts'
import { MetadataDriver } from './broker/metadata/metadata-driver.ts'
import { ProducerIdAllocator } from './broker/producer-id-allocator.ts'
import { ReplicaManager } from './broker/replica-manager.ts'
import type { BrokerServices } from './broker/services.ts'
import { logStarted } from './broker/started-lines.ts'
import { TopicAutoCreator } from './broker/topic-auto-creator.ts'
import { LocalTransactionVerifier } from './broker/transactions/local-transaction-verifier.ts'
import { MarkerAppender } from './broker/transactions/marker-appender.ts'
import { PartitionVerification } from './broker/transactions/partition-verification.ts'
import { checkSupported } from './config/check-supported.ts'
import { ConfigError } from './config/config-error.ts'
import { ConfigRules } from './config/config-rules.ts'
import { ConfigDescriber } from './config/describe-configs.ts'
import { DynamicConfig } from './config/dynamic-config.ts'
import type { KafkaConfig } from './config/kafka-config.ts'
import type { ListenerEndpoint } from './config/listeners.ts'
import { loadConfig } from './config/load-config.ts'
import { TopicConfigs } from './config/topic-config.ts'
import { supportedFeaturesWith } from './controller/feature-levels.ts'
import type { Endpoint } from './controller/image/cluster.ts'
import { topicNameFault } from './controller/topic-names.ts'
import { openLogManager } from './log/directory-log-manager.ts'
import { MemoryBudget } from './memory/memory-budget.ts'
import { inProcessTransport } from './network/in-process-transport.ts'
import { SocketServer } from './network/socket-server.ts'
import { DiskError } from './ports.ts'
import { randomUuid } from './protocol/uuid.ts'
import { prepareDirectories } from './server/directories.ts'
import { Parts } from './server/parts.ts'
import type { BoundListener, RunningServer, ServerOptions } from './server-options.ts'
import { StartupError } from './startup-error.ts'
import { LogDirectoryError } from './storage/log-directories.ts'
import { Deadlines } from './timers/deadlines.ts'
import { within } from './timers/within.ts'

/** How long a start that has failed waits for what it has begun. */
const endMsMax = 10_000

/**
 * Puts a node together and starts it. Rejects with a `StartupError` where the environment or the configuration does not
 * allow that, and leaves nothing open then.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const parts = new Parts()
  try {
    const server = await startWithin(options, parts)
    parts.allStarted()
    return server
  } catch (error) {
    await endAfterFailure(parts, options)
    const isOfEnvironment =
      error instanceof ConfigError || error instanceof LogDirectoryError || error instanceof DiskError
    throw isOfEnvironment ? new StartupError(error.message, error) : error
  }
}

/** What has kept the start waiting may keep its end waiting too. */
async function endAfterFailure(parts: Parts, { ports }: ServerOptions): Promise<void> {
  const late = () => new StartupError('What was started does not end')
  await within(parts.end(), endMsMax, ports.clock, late).catch(() => {})
}

/** Gives up after `server.max.startup.time.ms`. */
async function startWithin(options: ServerOptions, parts: Parts): Promise<RunningServer> {
  const { config, warnings } = loadConfig(options.properties, options.ports.valueSources)
  checkSupported(config)
  const logger = options.ports.loggers.named('kafka.server.KafkaConfig')
  for (const warning of warnings) logger.warn(warning)
  const startMsMax = config.get('server.max.startup.time.ms')
  const late = () => new StartupError(`The node has not started within ${startMsMax} ms (server.max.startup.time.ms)`)
  return await within(start(options, config, parts), startMsMax, options.ports.clock, late)
}

async function start(options: ServerOptions, config: KafkaConfig, parts: Parts): Promise<RunningServer> {
  const { ports } = options
  const { clock, loggers } = ports
  const listeners = config.listeners
  const nodeId = config.get('node.id')
  const directories = await prepareDirectories(options, config, parts)
  const deadlines = new Deadlines(clock)
  parts.add(() => deadlines.close())
  const budget = new MemoryBudget(options.memoryBudgetBytes)

  let replicas: ReplicaManager | undefined
  const logs = await openLogManager({
    ...ports,
    ...logManagerSettings(config, options.memoryBudgetBytes),
    logDirs: directories.logDirs,
    cordonedLogDirs: () => config.cordonedLogDirs.map(path => resolve(path)),
    failedLogDirs: directories.formatted.failed,
    metadataLogDir: directories.metadataLogDir,
    onLogDirFailure(logDir, cause) {
      loggers.named('kafka.log.LogManager').error(`Stopping serving logs in dir ${logDir}`, cause)
      // First: what the others then find that cannot be is but a consequence.
      const isMetadataGone = logDir === directories.metadataLogDir
      if (isMetadataGone || logs.logDirs.every(({ isOffline }) => isOffline)) parts.fail(cause)
      replicas?.onLogDirFailure(logDir)
    },
  })
  let brokerEpoch = -1
  parts.add(() => logs.close(brokerEpoch, parts.failure === undefined))

  const topicConfigs = new TopicConfigs(() => config.values)
  const metadata = await MetadataDriver.open({
    ...ports,
    deadlines,
    settings: {
      nodeId,
      clusterId: directories.formatted.clusterId,
      defaultReplicationFactor: config.get('default.replication.factor'),
      defaultNumPartitions: config.get('num.partitions'),
    },
    snapshots: {
      bytesBetweenSnapshotsMax: config.get('metadata.log.max.record.bytes.between.snapshots'),
      snapshotIntervalMaxMs: config.get('metadata.log.max.snapshot.interval.ms'),
      retentionBytes: config.get('metadata.max.retention.bytes'),
      retentionMs: config.get('metadata.max.retention.ms'),
    },
    writes: metadataWriteSettings(config),
    performance: {
      samplePeriodMs: config.get('controller.performance.sample.period.ms'),
      alwaysLogThresholdMs: config.get('controller.performance.always.log.threshold.ms'),
    },
    minInsyncReplicas: config.get('min.insync.replicas'),
    bootstrapRecords: directories.formatted.bootstrapRecords,
    directoryId: directories.metadataDirectoryId,
    log: await logs.openMetadataLog(metadataLogConfig(config, topicConfigs.of(undefined))),
    logPath: `${directories.metadataLogDir}/__cluster_metadata-0`,
    rules: new ConfigRules(config, topicNameFault),
    logger: loggers.named('org.apache.kafka.controller.QuorumController'),
    fail: error => parts.fail(error),
  })
  parts.add(() => metadata.close())
  const dynamicConfig = new DynamicConfig(config, ports.valueSources)
  const logDirs = new LogDirs({
    ...ports,
    nodeId,
    config,
    dynamicConfig,
    logs,
    deadlines,
    directoryIds: new DirectoryIds(
      new Map(directories.formatted.directories.map(({ path, directoryId }) => [path, directoryId])),
    ),
    controller: metadata,
    image: () => metadata.committedImage,
    fail: error => parts.fail(error),
  })
  replicas = new ReplicaManager({
    nodeId,
    logs,
    logDirs,
    topicConfigs,
    logger: loggers.named('kafka.server.ReplicaManager'),
  })
  const partitionVerification = new PartitionVerification({
    config,
    replicas,
    verifier: { addOrVerify: transaction => transactionVerifier.addOrVerify(transaction) },
  })
  const groupConfigs = new DynamicGroupConfigs(config, loggers.named('org.apache.kafka.coordinator.group.GroupConfig'))
  const groupCoordinator = new GroupCoordinator({
    ...ports,
    config,
    metadata,
    groupConfigs,
    verification: partitionVerification,
    deadlines,
    decompressedBatchBytesMax: logManagerSettings(config, options.memoryBudgetBytes).decompressedBatchBytesMax,
    fail: error => parts.fail(error),
  })
  const producerIds = new ProducerIdAllocator(metadata)
  const markerWriter = new MarkerAppender({
    ...ports,
    replicas,
    groupCoordinator,
    deadlines,
    timeoutMs: () => config.get('request.timeout.ms'),
  })
  const transactionCoordinator = new TransactionCoordinator({
    ...ports,
    nodeId,
    config,
    image: () => metadata.committedImage,
    producerIds,
    markerWriter,
    deadlines,
    decompressedBatchBytesMax: logManagerSettings(config, options.memoryBudgetBytes).decompressedBatchBytesMax,
    fail: error => parts.fail(error),
  })
  const transactionVerifier = new LocalTransactionVerifier({ nodeId, config, clock, metadata, transactionCoordinator })
  replicas.addLeadershipListener(groupCoordinator)
  replicas.addLeadershipListener(transactionCoordinator)
  const dynamicConfigLogger = loggers.named('kafka.server.DynamicBrokerConfig')
  metadata.addListener(new DynamicConfigPublisher(nodeId, dynamicConfig, dynamicConfigLogger))
  metadata.addListener(groupConfigs)
  metadata.addListener(replicas)
  metadata.addListener(groupCoordinator)
  parts.add(() => replicas.close())
  parts.add(() => groupCoordinator.close())
  parts.add(() => transactionCoordinator.close())

  const services: BrokerServices = {
    ...ports,
    nodeId,
    clusterId: directories.formatted.clusterId,
    config,
    dynamicConfig,
    configDescriber: new ConfigDescriber(config, dynamicConfig),
    metadata,
    controller: metadata,
    metadataQuorum: metadata,
    replicas,
    logs,
    logDirs,
    groupCoordinator,
    partitionVerification,
    transactionCoordinator,
    markerWriter,
    topicAutoCreator: new TopicAutoCreator(
      config,
      metadata,
      loggers.named('kafka.server.DefaultAutoTopicCreationManager'),
    ),
    clientEndpoints: new ClientEndpoints({
      nodeId,
      listeners,
      isConfigured: config.get('advertised.listeners') !== null,
      surroundings: options.surroundings ?? loopbackOnly,
      isRefused: address => connectionIsRefused(address, ports.transport),
      logger: loggers.named('kafka.server.KafkaApis'),
    }),
    deadlines,
    memoryBudget: budget,
    fetchMemory: new FetchMemory(budget, deadlines, () => sockets.memoryIsShort()),
    fetchSessions: new FetchSessionCache(clock, ports.random, config.get('max.incremental.fetch.session.cache.slots')),
    producerIds,
    fail: error => parts.fail(error),
  }

  const sockets = new SocketServer({ ...ports, config, listeners: listeners.brokerListeners, deadlines, budget })
  dynamicConfig.onChange(() => sockets.limitsChanged())
  const controllerSockets = new SocketServer({
    ...ports,
    config,
    listeners: listeners.controllerListeners,
    deadlines,
    budget,
  })
  dynamicConfig.onChange(() => controllerSockets.limitsChanged())
  parts.add(() => controllerSockets.stop())
  parts.add(() => sockets.stop())
  await sockets.bindEphemeral()
  await controllerSockets.bindEphemeral()
  await metadata.startPublishing()
  await controllerSockets.start(new Dispatcher(services, controllerHandlerEntries))
  const controllers = controllerEndpoints(listeners, ({ name }) => controllerSockets.boundPort(name), options.hostName)
  const features = supportedFeaturesWith(config.get('unstable.feature.versions.enable'))
  await metadata.registerController({
    controllerId: nodeId,
    incarnationId: randomUuid(length => ports.random.bytes(length)),
    zkMigrationReady: false,
    endpoints: controllers,
    features,
  })
  const endpoints = advertisedEndpoints(listeners, ({ name }) => sockets.boundPort(name), options.hostName)
  const registered = metadata.registerBroker({
    brokerId: nodeId,
    clusterId: services.clusterId,
    incarnationId: randomUuid(length => ports.random.bytes(length)),
    endpoints,
    features,
    rack: config.get('broker.rack'),
    directories: directories.formatted.directories
      .filter(({ path }) => logs.logDirs.some(dir => dir.path === path && !dir.isOffline))
      .map(({ directoryId }) => directoryId)
      .sort(),
    previousBrokerEpoch: logs.previousBrokerEpoch,
  })
  const registrationMsMax = config.get('initial.broker.registration.timeout.ms')
  const refusal = await within(
    registered,
    registrationMsMax,
    clock,
    () =>
      new StartupError(
        `The controller has not registered this broker within ${registrationMsMax} ms (initial.broker.registration.timeout.ms)`,
      ),
  )
  if (refusal !== undefined) throw new StartupError(`The controller refuses this broker: ${refusal.errorMessage}`)
  dynamicConfig.onChange((_, { listeners: after }) => {
    sockets.reconfigure(after.brokerListeners).catch(error => parts.fail(error))
  })
  await logDirs.cordonedChanged()
  dynamicConfig.onChange(() => void logDirs.cordonedChanged())
  // First of all endings: what this broker leads is handed over while clients can still be told.
  parts.add(() => (config.get('controlled.shutdown.enable') ? metadata.controlledShutdown() : undefined))
  brokerEpoch = metadata.image.cluster.brokers.get(nodeId)?.brokerEpoch ?? -1
  logs.startPeriodicWork()
  const dispatcher = new Dispatcher(services)
  await options.prepare?.(
    inProcessTransport(dispatcher, clock, {
      listenerName: listeners.interBrokerListenerName,
      securityProtocol: listeners.interBrokerSecurityProtocol,
    }),
  )
  await sockets.start(dispatcher)
  logStarted(loggers, nodeId)

  return {
    clusterId: services.clusterId,
    nodeId,
    listeners: boundListeners(listeners.brokerListeners, sockets, endpoints),
    controllerListeners: boundListeners(listeners.controllerListeners, controllerSockets, controllers),
    logDirectories: directories.logDirs,
    closed: parts.closed,
    async stop() {
      await parts.end()
      if (parts.failure !== undefined) throw parts.failure
    },
  }
}

function boundListeners(
  listeners: readonly ListenerEndpoint[],
  sockets: SocketServer,
  endpoints: readonly Endpoint[],
): BoundListener[] {
  return listeners.map(({ name, securityProtocol, host }) => {
    const port = sockets.boundPort(name)
    const advertised = endpoints.find(endpoint => endpoint.name === name)
    return {
      name,
      securityProtocol,
      host: host ?? '',
      port,
      advertisedHost: advertised?.host ?? host ?? '',
      advertisedPort: advertised?.port ?? port,
    }
  })
}

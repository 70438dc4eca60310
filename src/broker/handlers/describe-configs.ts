import type { DescribedConfig } from '../../config/describe-configs.ts'
import { ConfigResourceType } from '../../controller/image/configurations.ts'
import { topicNameFault } from '../../controller/topic-names.ts'
import { DescribeConfigs } from '../../protocol/apis/describe-configs.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { RequestOf } from '../../protocol/schema/api.ts'
import { describeLoggers } from '../config/logger-configs.ts'
import { handlerOf } from '../handler.ts'
import type { BrokerServices } from '../services.ts'

type Request = RequestOf<typeof DescribeConfigs>
type Resource = Request['resources'][number]

const { TOPIC, BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP } = ConfigResourceType
const describable: readonly number[] = [TOPIC, BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP]

/** Values, where they come from, and what they mean, of each resource by itself. */
export const handler = handlerOf(
  DescribeConfigs,
  (services, request) => {
    // Kafka refuses the whole request for one resource of a type it does not know.
    if (!request.resources.every(resource => describable.includes(resource.resourceType))) {
      return errorResponse(request, ErrorCode.INVALID_REQUEST, malformed)
    }
    const answers = request.resources.map(resource => () => answer(services, request, resource))
    if (answers.length <= resourcesPerTurn) return { throttleTimeMs: 0, results: answers.map(run => run()) }
    return inTurns(services, answers).then(results => ({ throttleTimeMs: 0, results }))
  },
  { errorResponse: (request, errorCode) => errorResponse(request, errorCode, '') },
)

/** What takes a few milliseconds: a tool may ask for every topic of a cluster at once. */
const resourcesPerTurn = 200

async function inTurns<Result>(services: BrokerServices, runs: readonly (() => Result)[]): Promise<Result[]> {
  const results: Result[] = []
  for (const [index, run] of runs.entries()) {
    if (index > 0 && index % resourcesPerTurn === 0) {
      await new Promise<void>(resume => services.clock.schedule(0, resume))
    }
    results.push(run())
  }
  return results
}

function answer(services: BrokerServices, request: Request, resource: Resource) {
  const outcome = describe(services, resource)
  if (!Array.isArray(outcome)) return resultOf(resource, outcome, [])
  const configs = outcome.map(config => shown(config, request))
  return resultOf(resource, undefined, configs)
}

const malformed =
  'This most likely occurs because of a request being malformed by the client library or the message was sent to an ' +
  'incompatible broker. See the broker logs for more details.'

interface Refusal {
  readonly errorCode: number
  readonly errorMessage: string
}

function describe(services: BrokerServices, resource: Resource): DescribedConfig[] | Refusal {
  const { resourceName: name, configurationKeys: wanted } = resource
  const { nodeId, metadata, configDescriber } = services
  switch (resource.resourceType) {
    case TOPIC: {
      const fault = topicNameFault(name)
      if (fault !== undefined) return { errorCode: ErrorCode.INVALID_TOPIC_EXCEPTION, errorMessage: fault }
      if (metadata.image.topics.byName(name) === undefined) {
        return { errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, errorMessage: '' }
      }
      return configDescriber.topic(metadata.image.configs.of(TOPIC, name), wanted)
    }
    case BROKER:
      if (name === '') return configDescriber.brokerDefaults(wanted)
      return (
        wrongBroker(name, nodeId, `Unexpected broker id, expected ${nodeId} or empty string, but received ${name}`) ??
        configDescriber.broker(wanted)
      )
    case BROKER_LOGGER:
      if (name === '') return refusal('Broker id must not be empty')
      return (
        wrongBroker(name, nodeId, `Unexpected broker id, expected ${nodeId} but received ${name}`) ??
        describeLoggers(services.loggerLevels, wanted)
      )
    case CLIENT_METRICS:
      if (name === '') return refusal('Client metrics subscription name must not be empty')
      return configDescriber.clientMetrics(metadata.image.configs.of(CLIENT_METRICS, name), wanted)
    default:
      if (name === '') return refusal('Group name must not be empty')
      return configDescriber.group(metadata.image.configs.of(GROUP, name), wanted)
  }
}

function wrongBroker(name: string, nodeId: number, message: string): Refusal | undefined {
  if (!/^[-+]?[0-9]+$/.test(name)) return refusal(`Broker id must be an integer, but it is: ${name}`)
  return Number(name) === nodeId ? undefined : refusal(message)
}

function refusal(errorMessage: string): Refusal {
  return { errorCode: ErrorCode.INVALID_REQUEST, errorMessage }
}

function shown(config: DescribedConfig, request: Request) {
  return {
    name: config.name,
    value: config.value,
    readOnly: config.readOnly,
    configSource: config.source,
    isSensitive: config.isSensitive,
    synonyms: request.includeSynonyms ? config.synonyms : [],
    configType: config.configType,
    // What has no documentation, such as a logger, says so in an empty string, asked for or not.
    documentation: config.documentation === null ? '' : request.includeDocumentation ? config.documentation : null,
  }
}

type Shown = ReturnType<typeof shown>

function resultOf(resource: Resource, refused: Refusal | undefined, configs: readonly Shown[]) {
  return {
    errorCode: refused?.errorCode ?? ErrorCode.NONE,
    errorMessage: refused?.errorMessage ?? '',
    resourceType: resource.resourceType,
    resourceName: resource.resourceName,
    configs,
  }
}

function errorResponse(request: Request, errorCode: number, errorMessage: string) {
  const refused = { errorCode, errorMessage }
  return { throttleTimeMs: 0, results: request.resources.map(resource => resultOf(resource, refused, [])) }
}

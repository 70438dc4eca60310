import { ClientError } from '../client/client-error.ts'
import type { KafkaClient } from '../client/kafka-client.ts'
import type { GivenOptions } from './option-table.ts'
import { type ToolEnvironment, ToolError } from './tool.ts'

/** A client of the brokers or of the controllers, whichever of the two the command line names. */
export async function connectToEither(
  given: GivenOptions<'bootstrap-server' | 'bootstrap-controller'>,
  environment: ToolEnvironment,
  configFile: string | undefined,
): Promise<KafkaClient> {
  const controllers = given.text('bootstrap-controller')
  if (controllers !== undefined) return await environment.connect(controllers, configFile, { usesControllers: true })
  const servers = given.text('bootstrap-server')
  if (servers === undefined)
    throw new ToolError('Either --bootstrap-server or --bootstrap-controller must be specified.')
  return await environment.connect(servers, configFile)
}

/** As Kafka's tools tell what was refused where they do not look at it: with the class of the exception. */
export async function tellingExceptions<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    throw new ToolError(error.exceptionText, { cause: error })
  }
}

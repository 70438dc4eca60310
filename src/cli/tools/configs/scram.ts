import { ClientError, throwIfError } from '../../../client/client-error.ts'
import type { KafkaClient } from '../../../client/kafka-client.ts'
import { scramIterations } from '../../../controller/scram-credentials.ts'
import { AlterUserScramCredentials } from '../../../protocol/apis/alter-user-scram-credentials.ts'
import { DescribeUserScramCredentials } from '../../../protocol/apis/describe-user-scram-credentials.ts'
import { ErrorCode } from '../../../protocol/errors.ts'
import { randomSalt, type ScramMechanism, saltedPassword, scramMechanisms } from '../../../storage/scram-credential.ts'
import { ToolError, type ToolResult } from '../../tool.ts'

const defaultIterations = 4096

/** Whether the key of a configuration names a mechanism, such as `SCRAM-SHA-256`. */
export function isScram(key: string): boolean {
  return scramMechanisms.some(({ name }) => name === key)
}

/** Which credentials users have: those named, or all. */
export async function describeScramCredentials(client: KafkaClient, users: readonly string[]): Promise<ToolResult> {
  const response = await client.ask(DescribeUserScramCredentials, {
    users: users.length === 0 ? null : users.map(name => ({ name })),
  })
  throwIfError(response.errorCode, response.errorMessage)
  const found = response.results.filter(({ errorCode }) => errorCode !== ErrorCode.RESOURCE_NOT_FOUND)
  return {
    lines: found.map(({ user, errorCode, errorMessage, credentialInfos }) => {
      if (errorCode !== 0) {
        const error = new ClientError(errorCode, errorMessage)
        const exception = error.exceptionClass.slice(error.exceptionClass.lastIndexOf('.') + 1)
        return `Error retrieving SCRAM credential configs for user-principal '${user}': ${exception}: ${error.message}`
      }
      const infos = credentialInfos.map(({ mechanism, iterations }) => `${nameOf(mechanism)}=iterations=${iterations}`)
      return `SCRAM credential configs for user-principal '${user}' are ${infos.join(', ')}`
    }),
    data: found.map(({ user, credentialInfos }) => ({
      user,
      credentials: credentialInfos.map(({ mechanism, iterations }) => ({ mechanism: nameOf(mechanism), iterations })),
    })),
  }
}

/** Sets and deletes credentials of one user. The password itself never leaves this process. */
export async function alterScramCredentials(
  client: KafkaClient,
  user: string,
  added: ReadonlyMap<string, string>,
  deleted: readonly string[],
  randomBytes: (length: number) => Uint8Array,
): Promise<void> {
  const upsertions = Array.from(added, ([key, text]) => upsertion(user, mechanismOf(key), text, randomBytes))
  const isEmpty = upsertions.some(({ password }) => password === '')
  const { results } = await client.ask(AlterUserScramCredentials, {
    deletions: isEmpty ? [] : deleted.map(key => ({ name: user, mechanism: mechanismOf(key).type })),
    upsertions: isEmpty ? [] : upsertions.map(({ request }) => request),
  })
  if (isEmpty) throw new ClientError(ErrorCode.UNACCEPTABLE_CREDENTIAL, 'Password must not be empty')
  for (const { errorCode, errorMessage } of results) throwIfError(errorCode, errorMessage)
}

function upsertion(user: string, mechanism: ScramMechanism, text: string, randomBytes: (length: number) => Uint8Array) {
  const match = /^(?:iterations=(-?[0-9]*),)?password=(.*)$/.exec(text)
  if (match === null) {
    throw new ToolError(`Invalid credential property ${mechanism.name.replaceAll('-', '_')}=${text}`)
  }
  const [, given = '-1', password = ''] = match
  if (given === '' || given === '-') throw new ToolError(`For input string: "${given}"`)
  const iterations = given === '-1' ? defaultIterations : Number(given)
  if (iterations < scramIterations.min) {
    throw new ToolError(
      `Iterations ${iterations} is less than the minimum ${scramIterations.min} required for ${mechanism.name}`,
    )
  }
  const salt = randomSalt(randomBytes)
  // Above the bound the controller refuses it: nobody need wait for it to be made.
  const isMade = password !== '' && iterations <= scramIterations.max
  const salted = isMade ? saltedPassword(mechanism, password, salt, iterations) : new Uint8Array(mechanism.digestBytes)
  return {
    password,
    request: { name: user, mechanism: mechanism.type, iterations, salt, saltedPassword: salted },
  }
}

function mechanismOf(name: string): ScramMechanism {
  return scramMechanisms.find(known => known.name === name)!
}

function nameOf(type: number): string {
  return scramMechanisms.find(known => known.type === type)?.name ?? 'UNKNOWN'
}

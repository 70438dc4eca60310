import { type MetadataRecord, metadataRecord } from '../controller/metadata-record.ts'
import { scramIterations } from '../controller/scram-credentials.ts'
import { randomSalt, type ScramMechanism, saltedPassword, scramKeys, scramMechanisms } from './scram-credential.ts'
import { StorageError } from './storage-error.ts'

const defaultIterations = 4096

/**
 * The record of one `--add-scram` argument, such as `SCRAM-SHA-256=[name=alice,password=secret]` (Kafka's
 * `ScramParser`). Throws a `StorageError`.
 */
export function scramRecord(argument: string, randomBytes: (length: number) => Uint8Array): MetadataRecord {
  const { mechanism, text } = mechanismOf(argument.trim())
  const given = credentialOf(text)
  const salt = given.salt ?? randomSalt(randomBytes)
  const { iterations } = given
  const shown = mechanism.name.replaceAll('-', '_')
  if (iterations < scramIterations.min) {
    throw new StorageError(`The 'iterations' value must be >= ${scramIterations.min} for add-scram using ${shown}`)
  }
  if (iterations > scramIterations.max) {
    throw new StorageError(`The 'iterations' value must be <= ${scramIterations.max} for add-scram using ${shown}`)
  }
  if (given.password?.length === 0 || given.saltedPassword?.length === 0) throw new StorageError('Empty key')
  const salted = given.saltedPassword ?? saltedPassword(mechanism, given.password ?? '', salt, iterations)
  return metadataRecord('UserScramCredentialRecord', 0, {
    name: given.name,
    mechanism: mechanism.type,
    salt,
    ...scramKeys(mechanism, salted),
    iterations,
  })
}

function mechanismOf(argument: string): { mechanism: ScramMechanism; text: string } {
  const at = argument.indexOf('=')
  if (at < 0) throw new StorageError(`Failed to find equals sign in SCRAM argument '${argument}'`)
  const name = argument.slice(0, at)
  const text = argument.slice(at + 1)
  const mechanism = scramMechanisms.find(known => known.name === name)
  if (mechanism === undefined) throw new StorageError(`The add-scram mechanism ${name} is not supported.`)
  if (!text.startsWith('[')) throw new StorageError('Expected configuration string to start with [')
  if (!text.endsWith(']')) throw new StorageError('Expected configuration string to end with ]')
  return { mechanism, text: text.slice(1, -1) }
}

interface GivenCredential {
  readonly name: string
  readonly salt: Uint8Array | undefined
  readonly iterations: number
  /** One of the two. */
  readonly password: string | undefined
  readonly saltedPassword: Uint8Array | undefined
}

function credentialOf(text: string): GivenCredential {
  const components = new Map(javaSplit(text).map(componentOf))
  const take = (key: string) => {
    const value = components.get(key)
    components.delete(key)
    return value
  }
  const name = take('name')
  if (name === undefined) throw new StorageError("You must supply 'name' to add-scram")
  const salt = take('salt')
  const saltBytes = salt === undefined ? undefined : decoded(salt, 'salt')
  const iterations = take('iterations')
  if (iterations !== undefined && !isInt32(iterations)) {
    throw new StorageError(`Failed to parse iterations count: ${iterations}`)
  }
  const password = take('password')
  const salted = take('saltedpassword')
  if (password === undefined && salted === undefined) {
    throw new StorageError("You must supply one of 'password' or 'saltedpassword' to add-scram")
  }
  if (password === undefined && salt === undefined) {
    throw new StorageError("You must supply 'salt' with 'saltedpassword' to add-scram")
  }
  const saltedBytes = password === undefined ? decoded(salted ?? '', 'saltedPassword') : undefined
  if (components.size > 0) {
    throw new StorageError(`Unknown SCRAM configurations: ${[...components.keys()].sort().join(', ')}`)
  }
  return {
    name,
    salt: saltBytes,
    iterations: iterations === undefined ? defaultIterations : Number(iterations),
    password,
    saltedPassword: saltedBytes,
  }
}

/** Without the empty parts at the end, even where that leaves none. */
function javaSplit(text: string): string[] {
  const parts = text.split(',')
  if (parts.length === 1) return parts
  return parts.slice(0, parts.findLastIndex(part => part !== '') + 1)
}

function componentOf(component: string): [string, string] {
  const at = component.indexOf('=')
  if (at < 0) throw new StorageError(`No equals sign found in SCRAM component: ${component}`)
  const value = component.slice(at + 1)
  return [component.slice(0, at), /^".*"$/s.test(value) ? value.slice(1, -1) : value]
}

// `Base64.getDecoder()`: padded or not, but nothing else after it.
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/

function decoded(text: string, what: string): Uint8Array {
  if (!base64.test(text)) throw new StorageError(`Failed to decode given ${what}: ${text}`)
  return Buffer.from(text, 'base64')
}

function isInt32(text: string): boolean {
  return /^[+-]?\d+$/.test(text) && Math.abs(Number(text)) <= 2 ** 31 && Number(text) !== 2 ** 31
}

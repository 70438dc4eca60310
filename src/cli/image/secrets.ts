import type { Environment } from '../../config/environment.ts'
import { type Disk, DiskError } from '../../ports.ts'
import { StartupError } from '../../startup-error.ts'
import { secretsDirectory } from './layout.ts'

/** The stores of a TLS listener: a file each, and files that hold the passwords. */
const keyStore = { filename: 'KAFKA_SSL_KEYSTORE_FILENAME', location: 'KAFKA_SSL_KEYSTORE_LOCATION' }
const trustStore = { filename: 'KAFKA_SSL_TRUSTSTORE_FILENAME', location: 'KAFKA_SSL_TRUSTSTORE_LOCATION' }
const keyPassword = { credentials: 'KAFKA_SSL_KEY_CREDENTIALS', password: 'KAFKA_SSL_KEY_PASSWORD' }
const keyStorePassword = { credentials: 'KAFKA_SSL_KEYSTORE_CREDENTIALS', password: 'KAFKA_SSL_KEYSTORE_PASSWORD' }
const trustStorePassword = {
  credentials: 'KAFKA_SSL_TRUSTSTORE_CREDENTIALS',
  password: 'KAFKA_SSL_TRUSTSTORE_PASSWORD',
}

/**
 * The variables that Kafka's images derive from the names of files under `/etc/kafka/secrets` when a listener of
 * `KAFKA_ADVERTISED_LISTENERS` is encrypted. Throws a `StartupError` in the images' words where one is missing.
 */
export async function secretVariables(environment: Environment, disk: Disk): Promise<Record<string, string>> {
  if (!(environment['KAFKA_ADVERTISED_LISTENERS'] ?? '').includes('SSL://')) return {}
  const variables: Record<string, string> = {}
  const locate = async ({ filename, location }: typeof keyStore) => {
    variables[location] = await existing(required(environment, filename), disk)
  }
  const readPassword = async ({ credentials, password }: typeof keyPassword) => {
    const path = await existing(required(environment, credentials), disk)
    variables[password] = new TextDecoder().decode(await disk.readFile(path)).replace(/\n+$/, '')
  }
  await locate(keyStore)
  await readPassword(keyPassword)
  await readPassword(keyStorePassword)
  if (/required|requested/.test(environment['KAFKA_SSL_CLIENT_AUTH'] ?? '')) {
    await locate(trustStore)
    await readPassword(trustStorePassword)
  }
  return variables
}

export function required(environment: Environment, name: string): string {
  const value = environment[name]
  if (value === undefined || value === '') throw new StartupError(`${name} environment variable not set`)
  return value
}

async function existing(fileName: string, disk: Disk): Promise<string> {
  const path = `${secretsDirectory}/${fileName}`
  try {
    await disk.status(path)
  } catch (error) {
    if (!(error instanceof DiskError)) throw error
    throw new StartupError(`${path} file does not exist`, error)
  }
  return path
}

import type { ValueSources } from '../../ports.ts'
import { invalidValue } from '../config-error.ts'
import { directoryConfigProvider } from './directory-config-provider.ts'
import { envVarConfigProvider } from './env-var-config-provider.ts'
import { fileConfigProvider } from './file-config-provider.ts'

/** What `config.providers.NAME.param.…` gives a provider. */
export type ProviderParameters = ReadonlyMap<string, string>

/** Values by their keys; `warnings` receives what Kafka's provider logs and goes on from. Throws `ConfigError`. */
export type ConfigProvider = (
  path: string,
  keys: ReadonlySet<string>,
  warnings: string[],
) => ReadonlyMap<string, string | undefined>

/** Checks the parameters. Throws `ConfigError`. */
export type ConfigProviderFactory = (parameters: ProviderParameters, sources: ValueSources) => ConfigProvider

/** The providers that Apache Kafka brings, by the names of their classes. */
const factories: ReadonlyMap<string, ConfigProviderFactory> = new Map([
  ['org.apache.kafka.common.config.provider.FileConfigProvider', fileConfigProvider],
  ['org.apache.kafka.common.config.provider.DirectoryConfigProvider', directoryConfigProvider],
  ['org.apache.kafka.common.config.provider.EnvVarConfigProvider', envVarConfigProvider],
])

/** The factory of a class; throws `ConfigError` for one that is not Kafka's own. `key` is where it was named. */
export function factoryOf(className: string, key: string): ConfigProviderFactory {
  const factory = factories.get(className)
  if (factory !== undefined) return factory
  const names = [...factories.keys()].map(name => name.slice(name.lastIndexOf('.') + 1))
  throw invalidValue(
    key,
    className,
    'Could not load config provider class or one of its dependencies: Ottla runs no Java classes, and of Apache ' +
      `Kafka's own it has ${names.join(', ')}`,
  )
}

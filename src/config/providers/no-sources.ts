import type { ValueSources } from '../../ports.ts'

/** For a configuration that refers to nothing outside of itself. */
export const noSources: ValueSources = {
  environment: {},
  kindOf: () => undefined,
  list: () => undefined,
  readFile: () => undefined,
}

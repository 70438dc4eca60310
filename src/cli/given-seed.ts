import { type Disk, DiskError, type Transport } from '../ports.ts'
import { createTopicsSeed, withCreateTopics } from '../seed/create-topics-variable.ts'
import type { LoadedSeed } from '../seed/loaded-seed.ts'
import type { ServerPorts } from '../server-options.ts'

/** Where a seed is looked for that nobody names: what a container mounts. */
const usualPaths: readonly string[] = ['/etc/ottla/seed.yaml', '/etc/ottla/seed.yml', '/etc/ottla/seed.json']

/**
 * What a node is to be filled with: the file that `--seed` names, else OTTLA_SEED, else one at a usual place; and the
 * topics of KAFKA_CREATE_TOPICS. An empty name is for no file. Throws a `SeedError`.
 */
export async function givenSeed(
  option: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  disk: Disk,
): Promise<LoadedSeed | undefined> {
  const path = option ?? environment['OTTLA_SEED'] ?? (await usualPath(disk)) ?? ''
  const topics = createTopicsSeed(environment)
  return withCreateTopics(path === '' ? undefined : await loadFile(path, disk), topics)
}

export async function seedThisNode(seed: LoadedSeed, inProcess: Transport, ports: ServerPorts): Promise<void> {
  const { seedNode } = await import('../seed/apply-seed.ts')
  await seedNode(seed, inProcess, ports, ports.loggers.named('ottla.Seed'))
}

/** The readers of YAML and CSV are loaded for those alone who have a seed. */
async function loadFile(path: string, disk: Disk): Promise<LoadedSeed> {
  const { loadSeedFile } = await import('../seed/load-seed.ts')
  return await loadSeedFile(path, disk)
}

async function usualPath(disk: Disk): Promise<string | undefined> {
  for (const path of usualPaths) {
    try {
      await disk.status(path)
      return path
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      // What is there but cannot be looked at shall be complained of when it is read.
      if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') return path
    }
  }
  return undefined
}

import { readFileSync } from 'node:fs'
import crc32 from 'crc-32/crc32c.js'
import type { ConfigRules } from '../../src/controller/config-rules.ts'
import { Controller } from '../../src/controller/controller.ts'
import type { ControllerSettings } from '../../src/controller/controller-state.ts'
import { emptyMetadataImage, type MetadataImage } from '../../src/controller/image/metadata-image.ts'
import { MetadataReplay } from '../../src/controller/image/metadata-replay.ts'
import type { MetadataRecord } from '../../src/controller/metadata-record.ts'
import { type MetadataBatch, readMetadataBatches } from '../../src/storage/metadata-batches.ts'

export const checksum = { crc32c: (bytes: Uint8Array) => crc32.buf(bytes) >>> 0 }

/** A file of the directories that real Kafka wrote: with static voters, or with dynamic ones. */
export function fixtureBytes(
  name: string,
  directory: 'metadata-log' | 'metadata-log-dynamic' = 'metadata-log',
): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../fixtures/${directory}/${name}`, import.meta.url)))
}

/** The batches of the metadata log that real Kafka wrote. */
export function fixtureBatches(): MetadataBatch[] {
  return [...readMetadataBatches(fixtureBytes('00000000000000000000.log'), 'fixture', checksum)]
}

export function provenanceOf(batch: MetadataBatch) {
  return {
    lastContainedOffset: batch.lastOffset,
    lastContainedEpoch: batch.epoch,
    lastContainedLogTimeMs: batch.timestampMs,
  }
}

/** Rules as a broker with Kafka's defaults has them; every change is accepted unless a test says otherwise. */
export const lenientRules: ConfigRules = {
  validate: () => undefined,
  isList: (_type, key) => key === 'cleanup.policy',
  defaultOf: (_type, key) => (key === 'cleanup.policy' ? 'delete' : null),
  isSensitive: () => false,
  isSupported: () => true,
  effectiveTopicConfig: (key, cluster, node, topic) =>
    topic.get(key) ?? node.get(key) ?? cluster.get(key) ?? (key === 'min.insync.replicas' ? '1' : 'false'),
  effectiveTopicConfigs: (_cluster, _node, topic) =>
    [...topic].map(([name, value]) => ({ name, value, isReadOnly: false, configSource: 1, isSensitive: false })),
}

const defaultSettings: ControllerSettings = {
  nodeId: 1,
  clusterId: '4L6g3nShT-eMCtK--X86sw',
  defaultReplicationFactor: 1,
  defaultNumPartitions: 1,
}

/** A controller to which records are given as a log would give them. */
export class ControllerHarness {
  readonly controller: Controller
  #offset: number

  constructor(
    options: { image?: MetadataImage; rules?: Partial<ConfigRules>; settings?: Partial<ControllerSettings> } = {},
  ) {
    const replay = new MetadataReplay(options.image ?? emptyMetadataImage, { isSupportedConfig: () => true })
    this.#offset = replay.image.provenance.lastContainedOffset
    let state = 1
    const draw = () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return state >>> 8
    }
    this.controller = new Controller({
      settings: { ...defaultSettings, ...options.settings },
      rules: { ...lenientRules, ...options.rules },
      random: {
        bytes: length => Uint8Array.from({ length }, draw),
        drawBelow: bound => draw() % bound,
      },
      replay,
    })
  }

  get image(): MetadataImage {
    return this.controller.image
  }

  /** Appends the records as one batch, as the driver does, and gives the response back. */
  commit<Response>(result: { readonly records: readonly MetadataRecord[]; readonly response: Response }): Response {
    if (result.records.length > 0) {
      this.#offset += result.records.length
      this.controller.replay(result.records, {
        lastContainedOffset: this.#offset,
        lastContainedEpoch: 1,
        lastContainedLogTimeMs: 0,
      })
    }
    return result.response
  }
}

/** A cluster of one broker, up and running, in which nothing has been created yet. */
export function startedHarness(options: ConstructorParameters<typeof ControllerHarness>[0] = {}): ControllerHarness {
  const replay = new MetadataReplay(emptyMetadataImage, { isSupportedConfig: () => true })
  // Up to the record that unfences the broker.
  for (const batch of fixtureBatches().filter(({ lastOffset }) => lastOffset <= 13)) {
    replay.replay(batch.records, provenanceOf(batch))
  }
  return new ControllerHarness({ ...options, image: replay.image })
}

import type { CleanerConfig } from '../../../src/log/cleaner/cleaner-config.ts'
import type { LogConfig } from '../../../src/log/log-config.ts'
import type { Seed } from '../../../src/sim/seed.ts'
import { defaultLogConfig } from '../../support/default-log-config.ts'

export interface TopicConfigs {
  readonly plain: LogConfig
  readonly compacted: LogConfig
}

/** Small enough values that all there is to a log happens within two hundred operations. */
export function drawConfigs(seed: Seed): TopicConfigs {
  const plain: LogConfig = {
    ...defaultLogConfig,
    segmentBytes: seed.pick([600, 1200, 3000, 20_000]),
    segmentMs: seed.pick([20_000, 604_800_000]),
    indexIntervalBytes: seed.pick([0, 100, 300, 4096]),
    retentionMs: seed.pick([-1, -1, 60_000]),
    retentionBytes: seed.pick([-1, -1, 2000]),
    flushMessages: seed.pick([Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 1, 5]),
    flushMs: seed.pick([Number.MAX_SAFE_INTEGER, 15_000]),
    fileDeleteDelayMs: seed.pick([100, 60_000]),
  }
  const compacted: LogConfig = {
    ...plain,
    segmentBytes: seed.pick([600, 600, 1200, 3000]),
    isCompacted: true,
    isDeleted: seed.chance(0.3),
    deleteRetentionMs: seed.pick([0, 3000, 30_000]),
    minCleanableDirtyRatio: seed.pick([0, 0.01, 0.3]),
    minCompactionLagMs: seed.pick([0, 0, 3000]),
    maxCompactionLagMs: seed.pick([Number.MAX_SAFE_INTEGER, 10_000]),
  }
  return { plain, compacted }
}

export function drawCleanerConfig(seed: Seed): CleanerConfig {
  return {
    isEnabled: true,
    threads: 1,
    // Sixteen slots at least; where keys do not fit, a round ends early.
    dedupeBufferBytes: seed.pick([400, 100_000]),
    dedupeBufferLoadFactor: seed.pick([0.4, 0.9]),
    ioBufferBytes: seed.pick([300, 1000, 100_000]),
    ioBytesPerSecondMax: seed.pick([Number.POSITIVE_INFINITY, 20_000]),
    backoffMs: seed.pick([400, 5000]),
  }
}

import { partitionDirectoryName } from './file-names.ts'
import type { SegmentedLog } from './segmented-log.ts'

/** Which logs of this node are open, each under `topic-partition`. */
export class LogRegistry {
  /** Those that are served. */
  readonly current = new Map<string, SegmentedLog>()
  /** Copies in another directory that are to take their place (`-future`). */
  readonly future = new Map<string, SegmentedLog>()
  metadataLog: SegmentedLog | undefined

  find(topic: string, partition: number): SegmentedLog | undefined {
    return this.current.get(partitionDirectoryName(topic, partition))
  }

  findFuture(topic: string, partition: number): SegmentedLog | undefined {
    return this.future.get(partitionDirectoryName(topic, partition))
  }

  /** Current and future ones; not the metadata log. */
  *all(): IterableIterator<SegmentedLog> {
    yield* this.current.values()
    yield* this.future.values()
  }

  /** Those in one entry of `log.dirs`; not the metadata log. */
  in(logDir: string): SegmentedLog[] {
    return [...this.all()].filter(log => log.logDir === logDir)
  }
}

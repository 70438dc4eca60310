/**
 * Kafka's checkpoint files: text, `0\n<entry count>\n<entry>\n…` (`CheckpointFile`). A file that does not read so
 * yields `undefined`; whoever needs it rebuilds it.
 */

const version = '0'

export interface EpochEntry {
  readonly epoch: number
  readonly startOffset: number
}

/** `leader-epoch-checkpoint`: `<epoch> <start offset>` a line. */
export function parseEpochCheckpoint(text: string): EpochEntry[] | undefined {
  const lines = entryLines(text)
  if (lines === undefined) return undefined
  const entries: EpochEntry[] = []
  for (const line of lines) {
    const match = /^(\d+) (\d+)$/.exec(line)
    if (match === null) return undefined
    entries.push({ epoch: Number(match[1]), startOffset: Number(match[2]) })
  }
  return entries
}

export function formatEpochCheckpoint(entries: readonly EpochEntry[]): string {
  return format(entries.map(({ epoch, startOffset }) => `${epoch} ${startOffset}`))
}

/** `…-offset-checkpoint`: `<topic> <partition> <offset>` a line; keyed `topic-partition`. */
export function parseOffsetCheckpoint(text: string): Map<string, number> | undefined {
  const lines = entryLines(text)
  if (lines === undefined) return undefined
  const offsets = new Map<string, number>()
  for (const line of lines) {
    const match = /^(\S+) (\d+) (\d+)$/.exec(line)
    if (match === null) return undefined
    offsets.set(`${match[1]}-${match[2]}`, Number(match[3]))
  }
  return offsets
}

export interface OffsetCheckpointEntry {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

export function formatOffsetCheckpoint(entries: readonly OffsetCheckpointEntry[]): string {
  return format(entries.map(({ topic, partition, offset }) => `${topic} ${partition} ${offset}`))
}

/** `partition.metadata`: `version: 0\ntopic_id: <22 characters>`; the topic id, or `undefined`. */
export function parsePartitionMetadata(text: string): string | undefined {
  return /^version: 0\ntopic_id: ([A-Za-z0-9_-]{22})\s*$/.exec(text)?.[1]
}

export function formatPartitionMetadata(topicId: string): string {
  return `version: 0\ntopic_id: ${topicId}`
}

function format(entries: readonly string[]): string {
  return [version, String(entries.length), ...entries].join('\n') + '\n'
}

function entryLines(text: string): string[] | undefined {
  const [first, count, ...rest] = text.split('\n')
  if (first !== version || count === undefined || !/^\d+$/.test(count)) return undefined
  const lines = rest.filter(line => line !== '')
  return lines.length === Number(count) ? lines : undefined
}

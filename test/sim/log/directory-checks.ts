import { createChecksum } from '../../../src/platform/checksum.ts'
import { readInt32, readInt64 } from '../../../src/protocol/records/int64.ts'
import { batchesOf } from '../../../src/protocol/records/record-batch.ts'
import type { SimulatedDisk } from '../../../src/sim/disk/simulated-disk.ts'
import type { LogChecker } from './log-checks.ts'
import type { PartitionModel } from './partition-model.ts'

const checksum = createChecksum()

/** The files a clean shutdown leaves, held against each other as `DumpLogSegments --index-sanity-check` does. */
export function checkFiles(checker: LogChecker, disk: SimulatedDisk, directory: string, model: PartitionModel): void {
  const names = disk.list(directory).map(({ name }) => name)
  const check = (holds: boolean, explain: () => string) =>
    checker.check('indexes agree with the log', holds, () => `${directory}: ${explain()}`)
  for (const name of names.filter(each => each.endsWith('.log')).toSorted()) {
    const stem = name.slice(0, -'.log'.length)
    const baseOffset = Number(stem)
    const batches = [...batchesOf(disk.readFile(`${directory}/${name}`))]
    check(
      batches.every(batch => checksum.crc32c(batch.checkedBytes) === batch.crc),
      () => `${name} holds a damaged batch`,
    )
    const offsets = readIfThere(disk, `${directory}/${stem}.index`)
    for (let at = 0; at < offsets.length; at += 8) {
      const lastOffset = baseOffset + readInt32(offsets, at)
      const position = readInt32(offsets, at + 4)
      check(
        batches.some(batch => batch.position === position && batch.lastOffset === lastOffset),
        () => `no batch of ${name} ends with ${lastOffset} and lies at ${position}`,
      )
    }
    // Batches that compaction has emptied stand for no time.
    const timed = batches.filter(({ recordCount }) => recordCount > 0)
    const times = readIfThere(disk, `${directory}/${stem}.timeindex`)
    let lastTimestamp = -1
    for (let at = 0; at < times.length; at += 12) {
      const timestamp = readInt64(times, at)
      const offset = baseOffset + readInt32(times, at + 8)
      const first = timed.find(batch => batch.maxTimestamp >= timestamp)
      check(
        timestamp > lastTimestamp && first?.maxTimestamp === timestamp && first.lastOffset === offset,
        () => `time index entry ${timestamp} at ${offset} of ${name} fits no batch`,
      )
      lastTimestamp = timestamp
    }
    const largest = timed.reduce((max, { maxTimestamp }) => Math.max(max, maxTimestamp), -1)
    check(lastTimestamp === largest, () => `the time index of ${name} ends with ${lastTimestamp}, not ${largest}`)
    // Compaction may have left nothing of a transaction.
    if (model.isCompacted) continue
    const aborted = readIfThere(disk, `${directory}/${stem}.txnindex`)
    const end = batches.at(-1)?.nextOffset ?? baseOffset
    const wanted = model
      .replay()
      .completed.filter(
        ({ isAborted, firstOffset, markerOffset }) =>
          isAborted && firstOffset >= model.start && markerOffset >= baseOffset && markerOffset < end,
      )
    for (const { markerOffset, firstOffset, producerId } of wanted) {
      const isListed = Array.from({ length: aborted.length / 34 }, (_, index) => 34 * index).some(
        at =>
          readInt64(aborted, at + 2) === producerId &&
          readInt64(aborted, at + 10) === firstOffset &&
          readInt64(aborted, at + 18) === markerOffset,
      )
      check(isListed, () => `${stem}.txnindex does not list ${producerId} ${firstOffset}-${markerOffset}`)
    }
  }
}

function readIfThere(disk: SimulatedDisk, path: string): Uint8Array {
  try {
    return disk.readFile(path)
  } catch {
    return new Uint8Array(0)
  }
}

/** How a log directory was left: what tells which `.log` files a start may read. */
export class StartObserver {
  readonly #forbidden = new Set<string>()
  readonly #read = new Set<string>()
  readonly #checker: LogChecker

  constructor(checker: LogChecker, disk: SimulatedDisk, logDirs: readonly string[]) {
    this.#checker = checker
    for (const logDir of logDirs) {
      const entries = disk.list(logDir)
      const isClean = entries.some(({ name }) => name === '.kafka_cleanshutdown')
      const recoveryPoints = checkpointOf(disk, `${logDir}/recovery-point-offset-checkpoint`)
      const logStarts = checkpointOf(disk, `${logDir}/log-start-offset-checkpoint`)
      for (const { name, isDirectory } of entries) {
        if (!isDirectory || !/-\d+$/.test(name)) continue
        this.#forbid(disk, `${logDir}/${name}`, isClean, recoveryPoints.get(name) ?? 0, logStarts.get(name) ?? 0)
      }
    }
  }

  #forbid(disk: SimulatedDisk, directory: string, isClean: boolean, recoveryPoint: number, logStart: number): void {
    const names = new Set(disk.list(directory).map(({ name }) => name))
    // A swap is completed first, which changes what is there.
    if ([...names].some(name => name.endsWith('.swap') || name.endsWith('.cleaned'))) return
    const offsetsOf = (suffix: string) =>
      [...names]
        .filter(name => name.endsWith(suffix))
        .map(name => Number(name.slice(0, -suffix.length)))
        .toSorted((a, b) => a - b)
    const bases = offsetsOf('.log')
    const isSound = (offset: number) => {
      const bytes = readIfThere(disk, `${directory}/${String(offset).padStart(20, '0')}.snapshot`)
      return bytes.length > 6 && readInt32(bytes, 2) >>> 0 === checksum.crc32c(bytes.subarray(6))
    }
    const has = (base: number, suffix: string) => names.has(String(base).padStart(20, '0') + suffix)
    const isTrusted = (index: number) => {
      const next = bases[index + 1]
      if (next === undefined || !has(bases[index]!, '.index') || !has(bases[index]!, '.timeindex')) return false
      return isClean || next < recoveryPoint || (next === recoveryPoint && isSound(next))
    }
    const firstScanned = bases.findIndex((_, index) => !isTrusted(index))
    const scannedFrom = bases[firstScanned] ?? 0
    // Without a snapshot where scanning begins, producer state costs more reading.
    const snapshot =
      offsetsOf('.snapshot').findLast(offset => offset <= scannedFrom && offset > logStart && isSound(offset)) ?? 0
    for (const [index, base] of bases.entries()) {
      if (index >= firstScanned || bases[index + 1]! > Math.max(snapshot, logStart)) break
      this.#forbidden.add(`${directory}/${String(base).padStart(20, '0')}.log`)
    }
  }

  observe(call: { readonly name: string; readonly path: string }): void {
    if (call.name === 'read' && this.#forbidden.has(call.path)) this.#read.add(call.path)
  }

  check(): void {
    this.#checker.check(
      'only what may be torn is read at a start',
      this.#read.size === 0,
      () => `${[...this.#read].join(', ')} is read although it lies below the recovery point`,
    )
  }
}

function checkpointOf(disk: SimulatedDisk, path: string): Map<string, number> {
  const text = new TextDecoder().decode(readIfThere(disk, path))
  return new Map(
    text
      .split('\n')
      .slice(2)
      .filter(line => line !== '')
      .map(line => line.split(' '))
      .map(([topic, partition, offset]) => [`${topic}-${partition}`, Number(offset)]),
  )
}

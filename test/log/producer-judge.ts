import type { AppendOutcome, PartitionLog } from '../../src/log/partition-log.ts'
import type { VerificationGuard } from '../../src/log/transaction-verification.ts'
import { errorName } from '../../src/protocol/errors.ts'
import { writeBatch } from '../../src/protocol/records/batch-writer.ts'
import {
  ControlRecordType,
  controlRecordKey,
  endTransactionMarkerValue,
} from '../../src/protocol/records/control-record.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { type Harness, opened, openLog, tools } from './harness.ts'

/**
 * What producers and coordinators do to one log, as lines that `JudgeProducers.java` understands too:
 *
 * ```
 * new|restart VERIFIES                                   whether transactions must be verified
 * verify ID EPOCH SEQUENCE V2                            begins a verification: the next guard
 * produce ID EPOCH SEQUENCE COUNT TRANSACTIONAL GUARD    GUARD counts the guards so far from 0; -1 is none
 * commit ID EPOCH GUARD                                  a coordinator's records in a transaction
 * marker ID EPOCH COMMIT|ABORT COORDINATOR_EPOCH VERSION
 * replicated                                             the high watermark reaches the end
 * state                                                  the last stable offset; of each producer its id, epoch,
 *                                                        last sequence, coordinator epoch, first transactional offset
 * ```
 */
export class ProducerJudge {
  readonly #timestamp = 1_700_000_000_000
  #disk = new MemoryDisk()
  #harness: (Harness & { log: PartitionLog }) | undefined
  #guards: (VerificationGuard | undefined)[] = []

  async run(line: string): Promise<string> {
    const [command, ...words] = line.split(' ')
    if (command === 'new') this.#disk = new MemoryDisk()
    else if (command !== 'restart') return this.#act(command!, words)
    await this.#harness?.manager.close()
    const isTransactionVerificationEnabled = () => words[0] === 'true'
    this.#harness = await openLog(this.#disk, {}, { isTransactionVerificationEnabled })
    if (this.#harness.log.nextOffset === 0) await opened(this.#harness.log)
    this.#guards = []
    return 'ok'
  }

  #act(command: string, words: readonly string[]): string {
    const log = this.#harness!.log
    const [id, epoch, third] = words.map(Number)
    const producer = { producerId: id!, producerEpoch: epoch! }
    switch (command) {
      case 'verify': {
        const begun = log.startTransactionVerification({
          ...producer,
          baseSequence: third!,
          supportsEpochBump: words[3] === 'true',
        })
        if (begun === 'fenced') return 'INVALID_PRODUCER_EPOCH'
        this.#guards.push(begun === 'ongoing' ? undefined : begun)
        return begun === 'ongoing' ? 'ongoing' : 'guard'
      }
      case 'produce': {
        const records = Array.from({ length: Number(words[3]) }, () => this.#record())
        const isTransactional = words[4] === 'true'
        const batch = writeBatch(records, { ...producer, baseSequence: third!, isTransactional }, tools)
        const verificationGuard = this.#guards[Number(words[5])]
        return said(log.produce(batch, { leaderEpoch: 0, verificationGuard }) as AppendOutcome)
      }
      case 'commit': {
        const batch = writeBatch([this.#record()], { ...producer, baseSequence: 0, isTransactional: true }, tools)
        const verificationGuard = this.#guards[third!]
        return said(log.appendAsLeader(batch, { leaderEpoch: 0, origin: 'coordinator', verificationGuard }))
      }
      case 'marker': {
        const type = words[2] === 'COMMIT' ? ControlRecordType.COMMIT : ControlRecordType.ABORT
        const value = endTransactionMarkerValue(Number(words[3]))
        const marker = { timestamp: this.#timestamp, key: controlRecordKey(type), value }
        const batch = writeBatch([marker], { ...producer, isTransactional: true, isControl: true }, tools)
        const transactionVersion = Number(words[4])
        return said(log.appendAsLeader(batch, { leaderEpoch: 0, origin: 'coordinator', transactionVersion }))
      }
      case 'replicated':
        log.updateHighWatermark(log.nextOffset)
        return 'ok'
      case 'state':
        return [`lso ${log.lastStableOffset}`, ...producersOf(log)].join(' | ')
      default:
        throw new TypeError(command)
    }
  }

  #record() {
    return { timestamp: this.#timestamp, key: Uint8Array.of(1), value: Uint8Array.of(2) }
  }

  async close(): Promise<void> {
    await this.#harness?.manager.close()
  }
}

function said(outcome: AppendOutcome): string {
  return 'baseOffset' in outcome ? `at ${outcome.baseOffset} ${outcome.lastOffset}` : errorName(outcome.errorCode)
}

function producersOf(log: PartitionLog): string[] {
  const producers = log.activeProducers().toSorted((one, other) => one.producerId - other.producerId)
  return producers.map(
    ({ producerId, producerEpoch, lastSequence, coordinatorEpoch, currentTransactionStartOffset }) =>
      `${producerId} ${producerEpoch} ${lastSequence} ${coordinatorEpoch} ${currentTransactionStartOffset}`,
  )
}

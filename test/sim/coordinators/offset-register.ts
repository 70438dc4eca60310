interface Write {
  readonly value: number
  readonly generation: number
  readonly sentMs: number
  /** It has had its effect by then, or never has one. */
  endMs: number
  outcome: 'under way' | 'acknowledged' | 'in doubt' | 'refused'
}

/**
 * What one committed offset may be, seen from outside. Every value is written once. A write takes effect at one moment
 * between being sent and being answered; one whose answer is lost may take effect until its request has certainly
 * arrived, or its generation is over.
 */
export class OffsetRegister {
  readonly #writes: Write[] = [{ value: -1, generation: -1, sentMs: -1, endMs: -1, outcome: 'acknowledged' }]
  #lastValue = 0

  /** Begins a write of a value never written before. */
  begin(nowMs: number, generation: number, value = this.#lastValue + 1): Write {
    this.#lastValue = Math.max(this.#lastValue, value)
    const write: Write = {
      value,
      generation,
      sentMs: nowMs,
      endMs: Number.POSITIVE_INFINITY,
      outcome: 'under way',
    }
    this.#writes.push(write)
    return write
  }

  acknowledged(write: Write, nowMs: number): void {
    write.outcome = 'acknowledged'
    write.endMs = nowMs
  }

  lost(write: Write, untilMs: number): void {
    write.outcome = 'in doubt'
    write.endMs = Math.min(write.endMs, untilMs)
  }

  refused(write: Write): void {
    write.outcome = 'refused'
  }

  /** A later generation was handed out: nothing is taken from earlier ones any more. */
  generationBegan(generation: number, nowMs: number): void {
    for (const write of this.#writes) {
      if (write.generation < generation && write.outcome === 'in doubt') write.endMs = Math.min(write.endMs, nowMs)
    }
  }

  /** Whether a read that was sent and answered at these times may have found `value`. */
  allows(value: number, sentMs: number, answeredMs: number): boolean {
    return this.#writes.some(
      write =>
        write.value === value &&
        write.outcome !== 'refused' &&
        write.sentMs <= answeredMs &&
        !this.#writes.some(
          later => later.outcome === 'acknowledged' && later.sentMs > write.endMs && later.endMs < sentMs,
        ),
    )
  }

  toString(): string {
    return this.#writes
      .slice(-8)
      .map(({ value, generation, sentMs, endMs, outcome }) => {
        const end = outcome === 'refused' ? '' : `–${endMs.toFixed(1)}`
        return `${value} (${outcome} in generation ${generation}, ${sentMs.toFixed(1)}${end})`
      })
      .join(', ')
  }
}

export type OffsetWrite = ReturnType<OffsetRegister['begin']>

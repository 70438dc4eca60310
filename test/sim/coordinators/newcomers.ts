/** Long enough for a group to come together without another one. */
const patienceMs = 45_000

/**
 * Who comes to a group once the faults are over. As in Kafka a group that is upgraded after a topic has grown takes its
 * members to know that, and one that is upgraded before anybody has synced has nothing: each shares partitions out when
 * somebody comes who was not there, so one may have come too early.
 */
export class Newcomers {
  #latestMs = Number.NEGATIVE_INFINITY

  isDue(nowMs: number): boolean {
    if (nowMs < this.#latestMs + patienceMs) return false
    this.#latestMs = nowMs
    return true
  }
}

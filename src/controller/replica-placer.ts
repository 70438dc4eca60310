/** A broker with at least one directory that takes new replicas. */
export interface UsableBroker {
  readonly id: number
  readonly rack: string | null
  readonly fenced: boolean
}

/** Draws uniformly from [0, bound). */
export type DrawBelow = (bound: number) => number

/**
 * Kafka's StripedReplicaPlacer: replicas go to racks in turn, and within a rack to brokers in turn, each from a random
 * start that moves on by one per partition. A partition's first replica, its leader, is never fenced; fenced brokers
 * come last for the others. Returns one list of broker ids per partition, or why it cannot be done.
 */
export function placeReplicas(
  brokers: Iterable<UsableBroker>,
  numPartitions: number,
  replicationFactor: number,
  drawBelow: DrawBelow,
): readonly (readonly number[])[] | { readonly fault: string } {
  const racks = new RackList(brokers, drawBelow)
  if (replicationFactor <= 0) {
    return { fault: `Invalid replication factor ${replicationFactor}: the replication factor must be positive.` }
  }
  if (racks.unfencedCount === 0) {
    return { fault: 'All brokers are currently fenced, or have all their log directories cordoned.' }
  }
  if (replicationFactor > racks.brokerCount) {
    return {
      fault:
        `The target replication factor of ${replicationFactor} cannot be reached because only ` +
        `${racks.brokerCount} broker(s) are registered or some brokers have all their log directories cordoned.`,
    }
  }
  const placements: (readonly number[])[] = []
  for (let partition = 0; partition < numPartitions; partition++)
    placements.push(racks.nextPartition(replicationFactor))
  return placements
}

/** Hands out its brokers in turn within one round; each new round starts one broker further on. */
class BrokerRing {
  readonly #brokers: number[]
  readonly #drawBelow: DrawBelow
  #start: number
  #taken = 0
  #round = 0

  constructor(brokers: readonly number[], drawBelow: DrawBelow) {
    this.#brokers = [...brokers].sort((a, b) => a - b)
    this.#drawBelow = drawBelow
    this.#start = brokers.length === 0 ? 0 : drawBelow(brokers.length)
  }

  /** Undefined once every broker was handed out in this round. */
  next(round: number): number | undefined {
    const length = this.#brokers.length
    if (length === 0) return undefined
    if (this.#round !== round) {
      this.#round = round
      this.#taken = 0
      this.#start = (this.#start + 1) % length
    }
    if (this.#taken >= length) return undefined
    return this.#brokers[(this.#start + this.#taken++) % length]
  }

  shuffle(): void {
    shuffle(this.#brokers, this.#drawBelow)
  }
}

interface Rack {
  readonly unfenced: BrokerRing
  readonly fenced: BrokerRing
}

class RackList {
  readonly brokerCount: number
  readonly unfencedCount: number
  readonly #racks: Rack[]
  readonly #drawBelow: DrawBelow
  #round = 0
  #start: number

  constructor(brokers: Iterable<UsableBroker>, drawBelow: DrawBelow) {
    const byRack = new Map<string | null, { unfenced: number[]; fenced: number[] }>()
    let brokerCount = 0
    let unfencedCount = 0
    for (const { id, rack, fenced } of brokers) {
      let members = byRack.get(rack)
      if (members === undefined) {
        members = { unfenced: [], fenced: [] }
        byRack.set(rack, members)
      }
      brokerCount++
      if (fenced) members.fenced.push(id)
      else {
        members.unfenced.push(id)
        unfencedCount++
      }
    }
    const names = [...byRack.keys()].sort((a, b) => (a === b ? 0 : a === null ? -1 : b === null ? 1 : a < b ? -1 : 1))
    this.#racks = names.map(name => ({
      unfenced: new BrokerRing(byRack.get(name)?.unfenced ?? [], drawBelow),
      fenced: new BrokerRing(byRack.get(name)?.fenced ?? [], drawBelow),
    }))
    this.brokerCount = brokerCount
    this.unfencedCount = unfencedCount
    this.#drawBelow = drawBelow
    this.#start = names.length === 0 ? 0 : drawBelow(names.length)
  }

  nextPartition(replicationFactor: number): readonly number[] {
    // After as many partitions as there are unfenced brokers the stripes would repeat, so they are dealt anew.
    if (this.#round === this.unfencedCount && this.unfencedCount > 1) {
      shuffle(this.#racks, this.#drawBelow)
      for (const rack of this.#racks) {
        rack.unfenced.shuffle()
        rack.fenced.shuffle()
      }
      this.#round = 0
    }
    const rackCount = this.#racks.length
    if (this.#start === rackCount) this.#start = 0
    let leaderRack = this.#start
    let leader = this.#racks[leaderRack]?.unfenced.next(this.#round)
    while (leader === undefined) {
      leaderRack = (leaderRack + 1) % rackCount
      leader = this.#racks[leaderRack]?.unfenced.next(this.#round)
    }
    const replicas = [leader]
    let rackIndex = this.#start
    let leaderRackSkipped = false
    while (replicas.length < replicationFactor) {
      const rack = this.#racks[rackIndex]
      if (!leaderRackSkipped && rackIndex === leaderRack) leaderRackSkipped = true
      else {
        const replica = rack?.unfenced.next(this.#round) ?? rack?.fenced.next(this.#round)
        if (replica !== undefined) replicas.push(replica)
      }
      rackIndex = (rackIndex + 1) % rackCount
    }
    this.#round++
    this.#start++
    return replicas
  }
}

/** Fisher and Yates. */
function shuffle<Item>(items: Item[], drawBelow: DrawBelow): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = drawBelow(last + 1)
    const moved = items[last] as Item
    items[last] = items[other] as Item
    items[other] = moved
  }
}

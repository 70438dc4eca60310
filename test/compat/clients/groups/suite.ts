import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Seed } from '../../../../src/sim/seed.ts'
import { baseSeed } from '../../../sim/base-seed.ts'
import { isRequired } from '../../../support/require.ts'
import { Agent } from '../agent.ts'
import { createTopic } from '../behind-the-back.ts'
import type { MemberOptions, Work } from '../commands.ts'
import { type JudgingClient, prepare } from '../judging-client.ts'
import { ledByKeys, plainRecords } from '../records.ts'
import { startTarget, type Target } from '../target.ts'
import { Ownership } from './ownership.ts'
import { WireTap } from './wire-tap.ts'

const membersMax = 10
const partitions = 30
const patienceMs = 60_000

/** Whoever merely has the clients here is not kept waiting for all of it. */
const changesMax = Number(process.env['OTTLA_GROUP_CHANGES'] ?? (isRequired('java') ? 100 : 6))

/**
 * Has members of another author's client come and go while records are produced: each partition has one owner per
 * generation or epoch, and of what members commit nothing is lost and nothing doubled.
 */
export async function judgeGroups(client: JudgingClient): Promise<void> {
  const { command, skip } = await prepare(client)
  describe(`groups of ${client.name}`, { skip }, () => {
    let target: Target
    let agent: Agent
    before(async () => {
      target = await startTarget()
    })
    after(async () => {
      await target?.stop()
    })
    // One for each, so that members that got stuck in one test do nothing in the next.
    beforeEach(() => {
      agent = new Agent(command!, target.bootstrapServers)
    })
    afterEach(async () => {
      await agent?.stop()
    })

    for (const [index, membership] of (client.memberships ?? []).entries()) {
      // Whoever is static is missed only when its session is over.
      if (membership.instanceId !== undefined) continue
      test(`${changesMax} times a member comes or goes: ${describeMembership(membership)}`, async () => {
        const name = `churn-${index}`
        await createTopic(target.port, name, partitions)
        await new Churn(target, agent, client, membership, name).run(new Seed(baseSeed() + index), changesMax)
      })
    }

    for (const [index, membership] of (client.memberships ?? []).entries()) {
      if (membership.instanceId === undefined) continue
      test(`a static member comes back and has what it had: ${describeMembership(membership)}`, async () => {
        const name = `static-${index}`
        await createTopic(target.port, name, partitions)
        await new Churn(target, agent, client, membership, name).comeBack()
      })
    }
  })
}

function describeMembership({ protocol, assignor, instanceId }: MemberOptions): string {
  return `${protocol} protocol, ${assignor}${instanceId === undefined ? '' : ', static'}`
}

class Churn {
  readonly #agent: Agent
  readonly #client: JudgingClient
  readonly #membership: MemberOptions
  readonly #name: string
  readonly #ownership: Ownership
  readonly #members: string[] = []
  readonly #work: Work[] = []
  #joined = 0
  #produced = 0

  constructor(target: Target, agent: Agent, client: JudgingClient, membership: MemberOptions, name: string) {
    this.#agent = agent
    this.#client = client
    this.#membership = membership
    this.#name = name
    this.#ownership = new Ownership(name, {
      repeats: client.repeatsAfterRebalance === true,
      commitsLate: client.commitsLate === true,
    })
    const ownership = this.#ownership
    target.proxy.tapWith(() => new WireTap(ownership))
  }

  async run(seed: Seed, changes: number): Promise<void> {
    await this.#join()
    await this.#produce()
    for (let change = 0; change < changes; change++) {
      const mayJoin = this.#members.length < membersMax
      const joins = this.#members.length === 1 || (mayJoin && seed.chance(0.55))
      if (joins) await this.#join()
      else await this.#leave(seed.pick(this.#members))
      if (seed.chance(0.7)) await this.#produce()
      // Else the next change comes in the middle of what this one has begun.
      if (seed.chance(0.5)) await this.#settled()
    }
    await this.#settled()
    await this.#produce()
    await this.#everythingCommitted()
    for (const member of [...this.#members]) await this.#leave(member)
    await this.#judge()
  }

  /** A static member's place is kept for as long as its session. */
  async comeBack(): Promise<void> {
    await this.#join()
    await this.#join()
    await this.#produce()
    await this.#settled()
    await this.#everythingCommitted()
    const { lastGeneration } = this.#ownership
    const [member] = this.#members
    await this.#leave(member!)
    await this.#join(member!)
    await this.#produce()
    await this.#everythingCommitted()
    assert.equal(this.#ownership.lastGeneration, lastGeneration, 'no rebalance')
    for (const left of [...this.#members]) await this.#leave(left)
    await this.#judge()
  }

  async #join(member = `member-${++this.#joined}`): Promise<void> {
    const { instanceId, ...options } = this.#membership
    const own = instanceId === undefined ? {} : { instanceId: `${instanceId}-${member}` }
    await this.#agent.call('join', { member, group: this.#name, topic: this.#name, ...options, ...own })
    this.#members.push(member)
  }

  async #leave(member: string): Promise<void> {
    this.#members.splice(this.#members.indexOf(member), 1)
    await this.#agent.call('leave', { member })
  }

  async #produce(): Promise<void> {
    const each = 5
    const records = Array.from({ length: partitions }, (_, partition) => plainRecords(each, partition)).flat()
    await this.#agent.call('produce', {
      topic: this.#name,
      records: this.#client.choosesPartitions === false ? ledByKeys(records, partitions) : records,
      compression: 'none',
      acks: -1,
      idempotent: true,
    })
    this.#produced += each
  }

  #settled(): Promise<void> {
    return this.#until(() => this.#ownership.isSettled(this.#members.length, partitions), 'the group is not settled')
  }

  async #everythingCommitted(): Promise<void> {
    if (this.#client.losesRecords === true) return
    await this.#until(
      () =>
        Array.from({ length: partitions }, (_, partition) => this.#ownership.committedOffset(partition)).every(
          offset => offset === this.#produced,
        ),
      'not everything is committed',
    )
  }

  async #until(condition: () => boolean, complaint: string): Promise<void> {
    const deadline = Date.now() + patienceMs
    while (!condition()) {
      this.#ownership.assertNoFaults()
      assert.ok(Date.now() < deadline, `${complaint} after ${patienceMs} ms`)
      this.#work.push(...(await this.#agent.call('work', {})))
      await delay(20)
    }
  }

  async #judge(): Promise<void> {
    this.#work.push(...(await this.#agent.call('work', {})))
    this.#ownership.assertNoFaults()
    if (this.#client.losesRecords === true) return
    for (let partition = 0; partition < partitions; partition++) {
      const work = this.#work.filter(work => work.partition === partition)
      let end = 0
      for (const { since, from, to } of this.#committed(work).sort(byFrom)) {
        const story = `partition ${partition} at ${from}: ${JSON.stringify(work)}`
        assert.ok(since <= end, `records were committed that nobody has read: ${story}`)
        const isExcused =
          this.#client.repeatsAfterRebalance === true ||
          (this.#client.commitsLate === true && this.#ownership.wasTold(partition, from)) ||
          this.#ownership.hasStrayCommit(partition, from, Math.max(to, end))
        assert.ok(from >= end || isExcused, `records were committed twice: ${story}`)
        end = Math.max(end, to)
      }
      assert.equal(end, this.#produced, `of partition ${partition}`)
    }
  }

  #committed(work: readonly Work[]): Work[] {
    const open = new Map<string, { readonly since: number; readonly to: number }>()
    return work.flatMap(one => {
      const { partition, from, to, committed } = one
      if (typeof committed !== 'string') return committed ? [one] : []
      const before = open.get(committed)
      const since = before?.to === from ? before.since : from
      open.set(committed, { since, to })
      if (!this.#ownership.hasCommitted(committed, partition, to)) return []
      open.delete(committed)
      return [{ ...one, since }]
    })
  }
}

function byFrom(one: Work, other: Work): number {
  return one.from - other.from
}

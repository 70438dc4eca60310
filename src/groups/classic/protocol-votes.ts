import { assert } from '../../assertion.ts'
import { javaHashMapOrder } from '../../coordinator/java-string-hash.ts'
import type { GroupProtocol } from './classic-group-member.ts'

/** Counts how many members support each protocol, so that a joining member is judged without asking the others. */
export class ProtocolVotes {
  readonly #supporters = new Map<string, number>()

  supporters(protocolName: string): number {
    return this.#supporters.get(protocolName) ?? 0
  }

  add(protocols: readonly GroupProtocol[]): void {
    for (const { name } of protocols) this.#supporters.set(name, this.supporters(name) + 1)
  }

  remove(protocols: readonly GroupProtocol[]): void {
    for (const { name } of protocols) {
      const count = this.supporters(name) - 1
      if (count === 0) this.#supporters.delete(name)
      else this.#supporters.set(name, count)
    }
  }

  /** Each member votes for the first of its protocols that all members support; the most votes win. */
  select(protocolsByMember: readonly (readonly GroupProtocol[])[]): string {
    const votes = new Map<string, number>()
    for (const protocols of protocolsByMember) {
      const vote = protocols.find(({ name }) => this.supporters(name) === protocolsByMember.length)
      assert(vote !== undefined, 'Every member supports a protocol that all support: JoinGroup checked it.')
      votes.set(vote.name, (votes.get(vote.name) ?? 0) + 1)
    }
    let selected = ''
    let selectedVotes = 0
    for (const name of javaHashMapOrder([...votes.keys()])) {
      const count = votes.get(name)!
      if (count > selectedVotes) {
        selected = name
        selectedVotes = count
      }
    }
    return selected
  }
}

import { test } from 'node:test'
import { simulateGroup } from '../support/group-simulation.ts'

const seeds = 150

test(`members that come, go and lose answers find together, and no offset goes back (${seeds} seeds)`, () => {
  for (let seed = 1; seed <= seeds; seed++) {
    try {
      simulateGroup(seed)
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error })
    }
  }
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { awaitStopRequest } from '../../src/cli/stop-request.ts'
import { ManualClock } from '../timers/manual-clock.ts'
import { TestTerminal } from './test-terminal.ts'

function requested() {
  const clock = new ManualClock()
  const exits: number[] = []
  const terminal = new (class extends TestTerminal {
    override exit(code: number): never {
      exits.push(code)
      return undefined as never
    }
  })()
  const stopped = awaitStopRequest(terminal, clock)
  return { clock, exits, stopped, request: () => terminal.requestStop() }
}

describe('a request to stop', () => {
  it('ends the process when it is made a second time', async () => {
    const { clock, exits, stopped, request } = requested()
    request()
    await stopped
    assert.equal(exits.length, 0)
    clock.advance(500)
    request()
    assert.deepEqual(exits, [1])
  })

  it('counts once when it arrives twice at the same moment, as Ctrl-C under npm does', async () => {
    const { clock, exits, stopped, request } = requested()
    request()
    clock.advance(20)
    request()
    await stopped
    assert.deepEqual(exits, [])
  })
})

import type { Clock } from '../ports.ts'
import type { Terminal } from './terminal.ts'

/** Ctrl-C may come twice, from the terminal and from npm or npx which pass it on. */
const echoMsMax = 500

/** Resolves at the first request to stop; the second ends the process. */
export function awaitStopRequest(terminal: Terminal, clock: Clock): Promise<void> {
  return new Promise(resolve => {
    let stoppingSinceMs: number | undefined
    terminal.onStopRequest(() => {
      const nowMs = clock.monotonicMs()
      if (stoppingSinceMs === undefined) {
        stoppingSinceMs = nowMs
        terminal.print('Stopping; once more to stop at once.')
        resolve()
      } else if (nowMs - stoppingSinceMs >= echoMsMax) {
        terminal.printError('ottla: stopped before everything was closed; the next start recovers')
        terminal.exit(1)
      }
    })
  })
}

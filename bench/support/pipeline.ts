import { RawConnection } from './connection.ts'

export interface PipelineOptions {
  readonly port: number
  readonly connections: number
  /** Requests in flight per connection. */
  readonly depth: number
  /** Stops sending when either bound is reached. */
  readonly secondsMax: number
  readonly requestsMax: number
  /** The next finished frame (length prefix included) of that connection. */
  readonly nextFrame: (connection: number) => Uint8Array
  /** Throws when an answer carries an error: a benchmark of refusals would be a fast one. */
  readonly check: (head: Uint8Array) => void
}

export interface PipelineResult {
  readonly requests: number
  readonly seconds: number
  readonly receivedBytes: number
  /** Per request, in milliseconds, from handing it to the socket to its answer. */
  readonly latenciesMs: number[]
}

/** Keeps `depth` requests in flight on each connection until a bound is reached, then drains. */
export async function runPipeline(options: PipelineOptions): Promise<PipelineResult> {
  const started = performance.now()
  const deadline = started + options.secondsMax * 1000
  const latenciesMs: number[] = []
  let sent = 0
  let receivedBytes = 0
  const loops = Array.from({ length: options.connections }, async (_, index) => {
    const finished = Promise.withResolvers<void>()
    const sentAt: number[] = []
    let inFlight = 0
    const fill = () => {
      while (inFlight < options.depth && sent < options.requestsMax && performance.now() < deadline) {
        sent++
        inFlight++
        sentAt.push(performance.now())
        connection.send(options.nextFrame(index))
      }
      if (inFlight === 0) finished.resolve()
    }
    const connection = await RawConnection.open(options.port, (frameBytes, head) => {
      inFlight--
      receivedBytes += frameBytes
      latenciesMs.push(performance.now() - (sentAt.shift() as number))
      try {
        options.check(head)
      } catch (error) {
        finished.reject(error)
        return
      }
      fill()
    })
    connection.closed.then(() => finished.reject(new Error('the broker closed the connection')))
    fill()
    await finished.promise
    connection.close()
  })
  await Promise.all(loops)
  return { requests: sent, seconds: (performance.now() - started) / 1000, receivedBytes, latenciesMs }
}

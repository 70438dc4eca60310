/** What the network does to those who use it; may be changed at any time. */
export interface NetworkFaults {
  /** Of all bytes sent at once, how many meet a connection that breaks. */
  cutShare: number
  /** Of these, how many arrive all the same: a request takes effect, and its answer is lost. */
  deliveredShare: number
  /** How often the other side hears of a broken connection much later, or never: what it got is served meanwhile. */
  halfOpenShare: number
  /** How often bytes are held up. */
  delayedShare: number
  delayMsMax: number
}

export const noNetworkFaults: Readonly<NetworkFaults> = {
  cutShare: 0,
  deliveredShare: 0,
  halfOpenShare: 0,
  delayedShare: 0,
  delayMsMax: 0,
}

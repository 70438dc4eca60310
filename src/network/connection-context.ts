/** What the rest of the broker may know of a client connection. */
export interface ConnectionContext {
  /** `localAddress:localPort-remoteAddress:remotePort-listenerIndex-connectionIndex`, never used twice by one broker. */
  readonly id: string
  /** Upper case, as in `listeners`. */
  readonly listenerName: string
  readonly securityProtocol: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'
  readonly remoteAddress: string
  readonly remotePort: number
  readonly localAddress: string
  readonly localPort: number
  /** `User:ANONYMOUS` until the client has authenticated. */
  readonly principal: string
  /** From ApiVersions v3+ (KIP-511), whose handler sets them. */
  clientSoftwareName: string
  clientSoftwareVersion: string
  readonly isClosed: boolean
  /** Called once when the connection is gone, at once if it is gone already. Returns what takes the listener away. */
  onClosed(listener: () => void): () => void
}

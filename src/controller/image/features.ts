/** The finalized levels. `kraft.version` is not among them: it lives in control records. */
export interface FeaturesImage {
  /** The finalized `metadata.version`; 0 before one is finalized. */
  readonly metadataVersion: number
  /** Every other finalized feature above level 0, by name. */
  readonly finalizedVersions: ReadonlyMap<string, number>
}

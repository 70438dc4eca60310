/** Figures of one round, by name and unit. */
export type Measurement = Readonly<Record<string, number>>

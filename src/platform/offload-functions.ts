/** What may run on other threads, by name: pure functions of values that can be cloned. */
export const offloadFunctions: Readonly<Record<string, (input: unknown) => unknown>> = {}

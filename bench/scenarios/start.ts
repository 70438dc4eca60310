import type { OwnScenario } from '../scenario.ts'

export const startScenarios: readonly OwnScenario[] = [
  {
    name: 'start/first-metadata',
    brokers: 'own',
    targets: [
      { figure: 'ms', atMost: 0.2 },
      { figure: 'ms', atMost: 600, absolute: true },
    ],
    roundsMax: 3,
    async round(kind) {
      const broker = await kind.start()
      await broker.stop()
      return { ms: broker.startMs }
    },
  },
]

import { Container } from '../../test/container/support/container.ts'
import { docker } from '../../test/container/support/docker.ts'
import { ottlaImage } from '../../test/container/support/image.ts'
import { compressedBytes } from '../../test/container/support/image-size.ts'
import { skipWithout } from '../../test/support/require.ts'
import type { OwnScenario } from '../scenario.ts'

/** Needs an engine. Of Kafka the figures are those of a JVM without a container, which favours it. */
export const containerScenarios: readonly OwnScenario[] =
  skipWithout('docker') === false
    ? [
        {
          name: 'container/start',
          brokers: 'own',
          targets: [
            { figure: 'ms', atMost: 0.25 },
            { figure: 'stop ms', atMost: 2000, absolute: true },
          ],
          roundsMax: 3,
          async round(kind) {
            if (kind.name === 'kafka') {
              const broker = await kind.start()
              const stoppingMs = performance.now()
              await broker.stop()
              return { ms: broker.startMs, 'stop ms': performance.now() - stoppingMs }
            }
            const image = await ottlaImage()
            const startedMs = performance.now()
            await using container = await Container.run(image)
            await container.served()
            const ms = performance.now() - startedMs
            const stoppingMs = performance.now()
            await docker('stop', container.id)
            return { ms, 'stop ms': performance.now() - stoppingMs }
          },
        },
        {
          name: 'container/image',
          brokers: 'own',
          targets: [
            { figure: 'MB', atMost: 230, absolute: true },
            { figure: 'MB gzipped', atMost: 85, absolute: true },
          ],
          roundsMax: 1,
          async round(kind) {
            if (kind.name === 'kafka') return {}
            const image = await ottlaImage()
            const bytes = Number(await docker('image', 'inspect', '--format', '{{.Size}}', image))
            return { MB: bytes / 1e6, 'MB gzipped': (await compressedBytes(image)) / 1e6 }
          },
        },
      ]
    : []

import { api } from '../schema/api.ts'
import { array, bool, int16, int32, int53, string } from '../schema/field.ts'

/**
 * What the broker serves: the first request on a connection, answered in any version. A version that the broker does
 * not know is answered with version 0, UNSUPPORTED_VERSION and this API's own range (KIP-511). Version 3 brings the
 * client's name and the cluster's features (KIP-584), 4 features whose minimum is 0.
 */
export const ApiVersions = api(18, 'ApiVersions', {
  versions: [0, 4],
  flexibleSince: 3,
  request: {
    clientSoftwareName: string.since(3).ignorable(),
    clientSoftwareVersion: string.since(3).ignorable(),
  },
  response: {
    errorCode: int16,
    apiKeys: array({
      apiKey: int16,
      minVersion: int16,
      maxVersion: int16,
    }),
    throttleTimeMs: int32.since(1).ignorable(),
    supportedFeatures: array({
      name: string,
      minVersion: int16,
      maxVersion: int16,
    })
      .since(3)
      .tagged(0)
      .ignorable(),
    /** The metadata offset they were read at; -1 when unknown. */
    finalizedFeaturesEpoch: int53.since(3).tagged(1).default(-1).ignorable(),
    finalizedFeatures: array({
      name: string,
      maxVersionLevel: int16,
      minVersionLevel: int16,
    })
      .since(3)
      .tagged(2)
      .ignorable(),
    /** True on controllers that were ready to migrate from ZooKeeper. */
    zkMigrationReady: bool.since(3).tagged(3).default(false).ignorable(),
  },
})

import { api } from '../schema/api.ts'
import { array, bool, int8, int16, int32, nullable, string } from '../schema/field.ts'

/** Finalizes feature levels such as `metadata.version`, or only says whether it could (KIP-584, KIP-778). */
export const UpdateFeatures = api(57, 'UpdateFeatures', {
  versions: [0, 2],
  flexibleSince: 0,
  request: {
    timeoutMs: int32.default(60000),
    featureUpdates: array({
      feature: string,
      maxVersionLevel: int16,
      allowDowngrade: bool.until(0),
      upgradeType: int8.since(1).default(1),
    }),
    validateOnly: bool.since(1).default(false),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullable(string),
    results: array({
      feature: string,
      errorCode: int16,
      errorMessage: nullable(string),
    })
      .until(1)
      .ignorable(),
  },
})

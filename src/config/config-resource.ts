/** `ConfigResource.Type` by its id on the wire: the resources whose configs the metadata log holds. */
export const ConfigResourceType = {
  TOPIC: 2,
  BROKER: 4,
  CLIENT_METRICS: 16,
  GROUP: 32,
} as const

import { isReservedUuid, type Uuid } from '../protocol/uuid.ts'
import { joinPath } from './join-path.ts'
import { type MetaProperties, metaPropertiesFileName } from './meta-properties.ts'

export interface OwnershipFault {
  readonly path: string
  /** Kafka's words (`MetaPropertiesEnsemble.verify`). */
  readonly message: string
}

/** Why directories, by path, cannot all be those of this node of this cluster; undefined where they can. */
export function ownershipFault(
  found: ReadonlyMap<string, MetaProperties | undefined>,
  clusterId: string,
  nodeId: number,
): OwnershipFault | undefined {
  const pathById = new Map<Uuid, string>()
  for (const [path, properties] of found) {
    if (properties === undefined) continue
    const message = faultOf(path, properties, clusterId, nodeId, pathById)
    if (message !== undefined) return { path, message }
    if (properties.directoryId !== undefined) pathById.set(properties.directoryId, path)
  }
  return undefined
}

function faultOf(
  path: string,
  properties: MetaProperties,
  clusterId: string,
  nodeId: number,
  pathById: ReadonlyMap<Uuid, string>,
): string | undefined {
  const file = joinPath(path, metaPropertiesFileName)
  const { directoryId } = properties
  if (properties.clusterId !== undefined && properties.clusterId !== clusterId) {
    return `Invalid cluster.id in: ${file}. Expected ${clusterId}, but read ${properties.clusterId}`
  }
  if (properties.nodeId !== undefined && properties.nodeId !== nodeId) {
    return (
      `Stored node id ${properties.nodeId} doesn't match previous node id ${nodeId} in ${file}. If you moved your ` +
      'data, make sure your configured node id matches. If you intend to create a new node, you should remove all ' +
      'data in your data directories.'
    )
  }
  if (directoryId === undefined) return undefined
  if (isReservedUuid(directoryId)) return `Invalid reserved directory ID ${directoryId} found in ${path}`
  const other = pathById.get(directoryId)
  if (other === undefined) return undefined
  return `Duplicate directory ID Optional[${directoryId}] found. It was the ID of ${other}, but also of ${path}`
}

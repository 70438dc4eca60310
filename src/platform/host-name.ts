import { hostname } from 'node:os'

/** What this machine calls itself. */
export function hostName(): string {
  return hostname()
}

import type { GroupClient } from '../../groups/classic/classic-groups.ts'
import type { RequestContext } from '../handler.ts'

/** Who sends a request to a group, as DescribeGroups shows it. */
export function groupClientOf(context: RequestContext): GroupClient {
  return {
    clientId: context.clientId,
    clientHost: javaAddressText(context.connection.remoteAddress),
    apiVersion: context.apiVersion,
  }
}

/** `InetAddress.toString` of an address that was never looked up: a slash, and IPv6 with all its groups written out. */
export function javaAddressText(address: string): string {
  return `/${address.includes(':') ? expandedIpv6(address) : address}`
}

const ipv6Groups = 8

function expandedIpv6(address: string): string {
  const [before = '', after] = address.split('::', 2)
  const head = groupsOf(before)
  const tail = after === undefined ? [] : groupsOf(after)
  const zeros = new Array<string>(Math.max(0, ipv6Groups - head.length - tail.length)).fill('0')
  return [...head, ...zeros, ...tail].map(group => group.replace(/^0+(?=.)/, '')).join(':')
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':')
}

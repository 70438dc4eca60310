import { lookup, Resolver } from 'node:dns/promises'
import { existsSync, readFileSync } from 'node:fs'
import { BlockList, isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Place, Surroundings } from '../server-options.ts'
import { errorCode } from './error-code.ts'

/** An address of this machine, with the length of its network's prefix, such as `172.18.0.2/16`. */
export type OwnAddress = string

export interface NetworkFacts {
  readonly ownAddresses: readonly OwnAddress[]
  /** Where packets to everywhere else are sent. */
  readonly gateways: readonly string[]
  /** Networks from which the machine around this container speaks, where that is known. */
  readonly hostNetworks: readonly OwnAddress[]
}

/** Tells where an address is by what a machine knows of its networks. */
export function placeIn({ ownAddresses, gateways, hostNetworks }: NetworkFacts, address: string): Place {
  const plain = withoutZone(address)
  const family = isIP(plain)
  if (family === 0) return 'elsewhere'
  const own = ownAddresses.map(parsePrefix)
  if (isIn(['127.0.0.0/8', '::1/128'].map(parsePrefix), plain) || own.some(({ host }) => host === plain)) return 'here'
  if (gateways.includes(plain) || own.some(({ host, bits }) => plain === firstOf(host, bits))) return 'gateway'
  if (isIn(own, plain)) return 'beside'
  return isIn(hostNetworks.map(parsePrefix), plain) ? 'gateway' : 'elsewhere'
}

/** What Docker Desktop and Podman call the machine that a container runs on; nobody else knows these names. */
const hostNames: readonly string[] = ['host.docker.internal', 'gateway.docker.internal', 'host.containers.internal']
const hostNetworkBits = 24
const resolveMsMax = 1000

/** What surrounds this process, by its operating system. */
export class MachineSurroundings implements Surroundings {
  readonly isContainer = existsSync('/.dockerenv') || existsSync('/run/.containerenv')
  #hostNetworks: readonly OwnAddress[] = []

  placeOf(address: string): Place {
    return placeIn(
      { ownAddresses: ownAddresses(), gateways: defaultGateways(), hostNetworks: this.#hostNetworks },
      address,
    )
  }

  async lookUp(host: string): Promise<readonly string[]> {
    try {
      const found = await lookup(host, { all: true })
      return found.map(({ address }) => address)
    } catch (error) {
      if (errorCode(error) === 'ENOTFOUND') return []
      throw error
    }
  }

  /**
   * Where containers run on a virtual machine, what comes through a port mapping may come from a network that no
   * container is in. It is asked for once, at the start; outside of containers nothing is asked.
   */
  async findHost(): Promise<void> {
    if (!this.isContainer) return
    const listed = rowsOf('/etc/hosts').flatMap(([address = '', ...names]) =>
      isIP(address) === 4 && names.some(name => hostNames.includes(name)) ? [address] : [],
    )
    const resolver = new Resolver({ timeout: resolveMsMax, tries: 1 })
    const resolved = await Promise.allSettled(hostNames.map(name => resolver.resolve4(name)))
    this.#hostNetworks = [
      ...listed,
      ...resolved.flatMap(answer => (answer.status === 'fulfilled' ? answer.value : [])),
    ].map(address => `${address}/${hostNetworkBits}`)
  }
}

interface Prefix {
  readonly host: string
  readonly bits: number
}

function parsePrefix(text: OwnAddress): Prefix {
  const at = text.lastIndexOf('/')
  return { host: withoutZone(text.slice(0, at)), bits: Number(text.slice(at + 1)) }
}

function isIn(prefixes: readonly Prefix[], address: string): boolean {
  const list = new BlockList()
  for (const { host, bits } of prefixes) list.addSubnet(host, bits, familyOf(host))
  return list.check(address, familyOf(address))
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}

/** The first address of an IPv4 network is the gateway's in every container network, unless somebody says otherwise. */
function firstOf(host: string, bits: number): string | undefined {
  if (isIP(host) !== 4 || bits > 30) return undefined
  const value = host.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = 2 ** (32 - bits)
  const first = Math.floor(value / size) * size + 1
  return [24, 16, 8, 0].map(shift => Math.floor(first / 2 ** shift) % 256).join('.')
}

function withoutZone(address: string): string {
  return address.replace(/%.*$/, '')
}

function ownAddresses(): OwnAddress[] {
  return Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.flatMap(({ cidr }) => cidr ?? []))
}

/** As Linux tells them; elsewhere none is known. */
function defaultGateways(): string[] {
  const ipv4 = rowsOf('/proc/net/route')
    .filter(([, destination, gateway, , , , , mask]) => destination === '00000000' && mask === '00000000' && gateway)
    .map(([, , gateway = '']) => bytesOf(gateway).reverse().join('.'))
  const ipv6 = rowsOf('/proc/net/ipv6_route')
    .filter(([destination = '', bits, , , gateway = '']) => /^0{32}$/.test(destination) && bits === '00' && gateway)
    .map(([, , , , gateway = '']) => canonicalIpv6(gateway))
  return [...ipv4, ...ipv6].filter(address => address !== '0.0.0.0' && address !== '::')
}

function rowsOf(path: string): string[][] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .map(line => line.trim().split(/\s+/))
  } catch {
    return []
  }
}

function bytesOf(hex: string): number[] {
  return hex.match(/../g)?.map(byte => Number.parseInt(byte, 16)) ?? []
}

/** `fd000000…0001` as sockets have it: `fd00::1`. */
function canonicalIpv6(hex: string): string {
  return new URL(`http://[${hex.match(/..../g)?.join(':') ?? '::'}]/`).hostname.slice(1, -1)
}

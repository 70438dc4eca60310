import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { derivedHost } from '../../../src/broker/endpoints/derived-host.ts'
import { isLoopbackHost } from '../../../src/broker/endpoints/hosts.ts'
import { type Misdirection, misdirection, type Probe } from '../../../src/broker/endpoints/misleading-address.ts'
import { placeIn } from '../../../src/platform/surroundings.ts'

/**
 * A world small enough to know who reaches whom: a broker, and clients on its machine, on a network beside it, on the
 * machine around its container, and on another machine. Whether a client reaches an address is told by the world, not
 * by the rules under test.
 */
interface World {
  readonly isContainer: boolean
  /** The broker's own address. */
  readonly own: string
  readonly gateway: string
  /** The ports at which the broker is found on the container's host, by the port in the container. */
  readonly mapped: ReadonlyMap<number, number>
  readonly listens: ReadonlySet<number>
  readonly client: 'same-machine' | 'tunnel' | 'beside' | 'host' | 'other-machine'
}

const names = { service: 'kafka', public: 'kafka.example.com', missing: 'nowhere.invalid' } as const

function remoteOf({ client, own, gateway }: World): string {
  switch (client) {
    case 'same-machine':
      return '127.0.0.1'
    // A port mapping of Podman without root speaks from the container's own address.
    case 'tunnel':
      return own
    case 'beside':
      return own.replace(/\d+$/, '77')
    case 'host':
      return gateway
    case 'other-machine':
      return '203.0.113.9'
    default:
      return client satisfies never
  }
}

/** The broker at the end of an address as this client finds it. */
function reaches(world: World, host: string, port: number): boolean {
  const { client, own, listens, mapped, isContainer } = world
  const isHere = client === 'same-machine' || (client === 'tunnel' && !isContainer)
  const isOnHost = client === 'host' || (client === 'tunnel' && isContainer)
  if (isLoopbackHost(host)) {
    if (isHere) return listens.has(port)
    return isOnHost && [...mapped].some(([inside, outside]) => outside === port && listens.has(inside))
  }
  if (host === own) return listens.has(port)
  if (host === names.service) return (isHere || client === 'beside') && listens.has(port)
  return host === names.public
}

function probeOf({ own, gateway, isContainer, listens }: World): Probe {
  const facts = { ownAddresses: ['127.0.0.1/8', `${own}/24`], gateways: [gateway], hostNetworks: [] }
  return {
    isContainer,
    placeOf: address => placeIn(facts, address),
    lookUp: async host => {
      if (host === names.service) return [own]
      if (host === names.public) return ['198.51.100.1']
      return host === names.missing ? [] : [host]
    },
    isRefused: async ({ host, port }) => host !== names.public && !listens.has(port),
  }
}

const ports = [9092, 19_092, 29_092]
const world = fc
  .record<World>({
    isContainer: fc.boolean(),
    own: fc.constantFrom('172.18.0.2', '10.1.2.33'),
    gateway: fc.constant(''),
    mapped: fc
      .array(fc.tuple(fc.constantFrom(...ports), fc.constantFrom(...ports)), { minLength: 1 })
      .map(pairs => new Map(pairs)),
    listens: fc.uniqueArray(fc.constantFrom(...ports), { minLength: 1 }).map(listed => new Set(listed)),
    client: fc.constantFrom<World['client']>('same-machine', 'tunnel', 'beside', 'host', 'other-machine'),
  })
  .map(drawn => ({ ...drawn, gateway: drawn.own.replace(/\d+$/, '1') }))
// Somebody outside a container who comes from the gateway comes from another network: nothing is known of them.
const possible = world.filter(({ client, isContainer }) => client !== 'host' || isContainer)
const told = fc.record({
  host: fc.constantFrom(
    'localhost',
    '127.0.0.1',
    '::1',
    '172.18.0.2',
    '10.1.2.33',
    '198.51.100.1',
    ...Object.values(names),
  ),
  port: fc.constantFrom(...ports),
})

const endsOf = (drawn: World) => ({ localAddress: drawn.own, remoteAddress: remoteOf(drawn) })

describe('a client that is told an address', () => {
  it('is never said to be misled where it reaches the broker', async () => {
    await fc.assert(
      fc.asyncProperty(possible, told, async (drawn, address) => {
        const found = await misdirection(address, endsOf(drawn), probeOf(drawn))
        if (reaches(drawn, address.host, address.port)) assert.equal(found, undefined)
      }),
      { numRuns: 3000 },
    )
  })

  it('is always said to be misled where it asks from elsewhere and is told to look on its own machine', async () => {
    const outside = possible.filter(({ client }) => client === 'beside' || client === 'other-machine')
    const loopback = told.filter(({ host }) => isLoopbackHost(host))
    await fc.assert(
      fc.asyncProperty(outside, loopback, async (drawn, address) =>
        assert.equal(await misdirection(address, endsOf(drawn), probeOf(drawn)), 'itself'),
      ),
    )
  })

  const plain = {
    mapped: new Map([[9092, 9092]]),
    listens: new Set([9092, 29_092]),
    own: '172.18.0.2',
    gateway: '172.18.0.1',
  }
  const traps: [what: string, world: World, host: string, port: number, found: Misdirection | undefined][] = [
    [
      'another container is told localhost',
      { ...plain, isContainer: true, client: 'beside' },
      'localhost',
      9092,
      'itself',
    ],
    [
      'another machine is told 127.0.0.1',
      { ...plain, isContainer: false, client: 'other-machine' },
      '127.0.0.1',
      9092,
      'itself',
    ],
    ['another machine is told ::', { ...plain, isContainer: false, client: 'other-machine' }, '::', 9092, 'nowhere'],
    [
      "the container's host is told localhost",
      { ...plain, isContainer: true, client: 'host' },
      'localhost',
      9092,
      undefined,
    ],
    [
      "the container's host is told the name of the service",
      { ...plain, isContainer: true, client: 'host' },
      'kafka',
      29_092,
      'containerName',
    ],
    [
      "the container's host is told a public name",
      { ...plain, isContainer: true, client: 'host' },
      names.public,
      9092,
      undefined,
    ],
    [
      'another container is told the name of the service',
      { ...plain, isContainer: true, client: 'beside' },
      'kafka',
      29_092,
      undefined,
    ],
    [
      'another container is told a name that nobody has',
      { ...plain, isContainer: true, client: 'beside' },
      names.missing,
      9092,
      'unknownName',
    ],
    [
      'a client on the same machine is told a name that nobody has',
      { ...plain, isContainer: false, client: 'same-machine' },
      names.missing,
      9092,
      'unknownName',
    ],
    [
      'a client on the same machine is told a port where nothing listens',
      { ...plain, isContainer: false, client: 'same-machine' },
      'localhost',
      19_092,
      'refused',
    ],
    [
      'a health check in the container is told what is mapped',
      { ...plain, isContainer: true, client: 'same-machine' },
      'localhost',
      19_092,
      undefined,
    ],
  ]
  for (const [what, drawn, host, port, found] of traps) {
    it(`is ${found === undefined ? 'not said to be misled' : `misled (${found})`} where ${what}`, async () => {
      assert.equal(await misdirection({ host, port }, endsOf(drawn), probeOf(drawn)), found)
    })
  }

  it('is not said to be misled where nobody can find out', async () => {
    const drawn: World = { ...plain, isContainer: false, client: 'same-machine' }
    const lookUp = () => Promise.reject(new Error('EAI_AGAIN'))
    assert.equal(
      await misdirection({ host: 'kafka', port: 9092 }, endsOf(drawn), { ...probeOf(drawn), lookUp }),
      undefined,
    )
  })
})

describe('an address that nobody has configured', () => {
  it('is one that the client reaches, wherever it came from', () => {
    fc.assert(
      fc.property(possible, fc.constantFrom(...ports), (drawn, port) => {
        // A port mapping leads to the same port, as they do where nobody advertises another.
        const plain = { ...drawn, mapped: new Map([[port, port]]), listens: new Set([port]) }
        const localAddress = plain.client === 'same-machine' ? '127.0.0.1' : plain.own
        const host = derivedHost({ localAddress, remoteAddress: remoteOf(plain) }, probeOf(plain))
        assert.ok(host !== undefined && reaches(plain, host, port), `told ${host}`)
      }),
    )
  })

  it('is not derived from one that means nothing without its interface', () => {
    const probe = probeOf({
      isContainer: false,
      own: '10.1.2.33',
      gateway: '10.1.2.1',
      mapped: new Map(),
      listens: new Set(),
      client: 'beside',
    })
    assert.equal(derivedHost({ localAddress: 'fe80::1', remoteAddress: 'fe80::2' }, probe), undefined)
  })
})

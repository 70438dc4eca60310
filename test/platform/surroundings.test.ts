import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { describe, it } from 'node:test'
import { MachineSurroundings, placeIn } from '../../src/platform/surroundings.ts'

/** A container on two of Docker's networks, on Docker Desktop. */
const facts = {
  ownAddresses: ['127.0.0.1/8', '::1/128', '172.18.0.2/16', '10.89.1.130/25', 'fd00:1::2/64', 'fe80::42:1/64'],
  gateways: ['172.18.0.254', 'fd00:1::1'],
  hostNetworks: ['192.168.65.254/24'],
}

describe('where an address is', () => {
  const places: [address: string, place: string][] = [
    ['127.0.0.1', 'here'],
    ['127.9.9.9', 'here'],
    ['::1', 'here'],
    ['172.18.0.2', 'here'],
    ['fd00:1::2', 'here'],
    // By the table of routes, or as the first address of a network of which it says nothing.
    ['172.18.0.254', 'gateway'],
    ['172.18.0.1', 'gateway'],
    ['10.89.1.129', 'gateway'],
    ['fd00:1::1', 'gateway'],
    ['192.168.65.1', 'gateway'],
    ['172.18.0.3', 'beside'],
    ['172.18.255.3', 'beside'],
    ['10.89.1.254', 'beside'],
    ['fd00:1::3', 'beside'],
    ['fe80::1%eth0', 'beside'],
    ['10.89.1.3', 'elsewhere'],
    ['172.19.0.3', 'elsewhere'],
    ['192.168.66.1', 'elsewhere'],
    ['2001:db8::1', 'elsewhere'],
    ['simulated-host', 'elsewhere'],
  ]
  for (const [address, place] of places) {
    it(`is ${place} for ${address}`, () => assert.equal(placeIn(facts, address), place))
  }

  it('is known of the own addresses of this very machine', () => {
    const surroundings = new MachineSurroundings()
    for (const addresses of Object.values(networkInterfaces())) {
      for (const { address } of addresses ?? []) assert.equal(surroundings.placeOf(address), 'here')
    }
  })

  it('does not make other containers the host where the host has an address on their network', () => {
    const onDefaultBridge = {
      ownAddresses: ['172.17.0.2/16'],
      gateways: ['172.17.0.1'],
      // Docker on Linux, told `--add-host host.docker.internal:host-gateway`.
      hostNetworks: ['172.17.0.1/24'],
    }
    assert.equal(placeIn(onDefaultBridge, '172.17.0.1'), 'gateway')
    assert.equal(placeIn(onDefaultBridge, '172.17.0.3'), 'beside')
  })
})

describe('a host name', () => {
  it('has addresses, or none where there is no such name', async () => {
    const surroundings = new MachineSurroundings()
    assert.ok((await surroundings.lookUp('localhost')).includes('127.0.0.1'))
  })
})

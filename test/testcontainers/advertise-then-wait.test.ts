import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { networkHost } from '../../src/testcontainers/advertise-then-wait.ts'
import { textOf } from '../../src/testcontainers/until-healthy.ts'

const containerId = '0123456789abcdef0123456789abcdef'

describe('what other containers call a broker', () => {
  it('is its alias where it has one', () => {
    assert.equal(networkHost('kafka', containerId, { own: '172.18.0.2' }), 'kafka')
  })

  it('is its short id in a network of its own, which Docker resolves there', () => {
    assert.equal(networkHost(undefined, containerId, { own: '172.18.0.2' }), '0123456789ab')
    assert.equal(networkHost(undefined, containerId, { bridge: '172.17.0.2', own: '172.18.0.2' }), '0123456789ab')
  })

  it('is its address in the network that everybody is in, where nothing is resolved', () => {
    assert.equal(networkHost(undefined, containerId, { bridge: '172.17.0.2' }), '172.17.0.2')
  })
})

describe("a container's log", () => {
  it('is what its frames of both streams hold, one after the other', () => {
    const frame = (stream: number, text: string) => {
      const header = Buffer.alloc(8)
      header.writeUInt8(stream, 0)
      header.writeUInt32BE(Buffer.byteLength(text), 4)
      return Buffer.concat([header, Buffer.from(text)])
    }
    assert.equal(textOf(Buffer.concat([frame(1, 'started\n'), frame(2, 'ottla: größe\n')])), 'started\nottla: größe\n')
    assert.equal(textOf(Buffer.alloc(0)), '')
  })
})

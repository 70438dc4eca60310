import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { health } from '../../src/cli/health.ts'
import { healthAddress } from '../../src/cli/health-address.ts'
import { startBroker } from '../../src/index.ts'
import { TestTerminal } from './test-terminal.ts'

const addresses: readonly [listeners: string | undefined, controllers: string, asked: string][] = [
  [undefined, '', 'localhost 9092'],
  ['PLAINTEXT://:9093', '', 'localhost 9093'],
  ['PLAINTEXT://0.0.0.0:19092', '', 'localhost 19092'],
  ['PLAINTEXT://[::]:19092', '', '::1 19092'],
  ['PLAINTEXT://[::1]:19092', '', '::1 19092'],
  ['CONTROLLER://:9093, PLAINTEXT://broker:9094', 'CONTROLLER', 'broker 9094'],
  ['controller://:9093,INSIDE://127.0.0.1:29092,OUTSIDE://:9092', 'a, CONTROLLER', '127.0.0.1 29092'],
  ['PLAINTEXT://:0', '', 'localhost 9092'],
]

for (const [listeners, controllers, asked] of addresses) {
  test(`a node that listens on ${listeners} is asked at ${asked}`, () => {
    const given = listeners === undefined ? [] : [['listeners', listeners] as const]
    const { host, port } = healthAddress(new Map([...given, ['controller.listener.names', controllers]]))
    assert.equal(`${host} ${port}`, asked)
  })
}

test('a broker that serves is healthy, whether named by its address, a file or the environment', async t => {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-test-'))
  const broker = await startBroker()
  t.after(async () => {
    await broker.stop()
    await rm(directory, { recursive: true, force: true })
  })
  const listeners = `PLAINTEXT://localhost:${broker.port}`
  const file = join(directory, 'server.properties')
  await writeFile(file, `listeners=${listeners}\n`)
  const line = `localhost:${broker.port} is healthy: cluster ${broker.clusterId}, broker 1`
  const elsewhere = { KAFKA_LISTENERS: 'PLAINTEXT://localhost:1' }
  const ways = [
    [{ bootstrapServer: `localhost:${broker.port}`, file: undefined }, elsewhere],
    [{ bootstrapServer: undefined, file }, elsewhere],
    [{ bootstrapServer: undefined, file: undefined }, { KAFKA_LISTENERS: listeners }],
  ] as const
  for (const [given, environment] of ways) {
    const terminal = new TestTerminal({ environment })
    assert.equal(await health(given, terminal), 0)
    assert.deepEqual([terminal.stdout, terminal.stderr], [`${line}\n`, ''])
  }
})

test('whoever does not answer as a broker does is not healthy', async t => {
  const stranger = createServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  await new Promise<void>(resolve => stranger.listen(0, '127.0.0.1', resolve))
  t.after(() => stranger.close())
  const { port } = stranger.address() as { port: number }
  const mistaken = [`127.0.0.1:${port}`, '127.0.0.1:1', 'nonsense', '']
  for (const bootstrapServer of mistaken) {
    const terminal = new TestTerminal()
    assert.equal(await health({ bootstrapServer, file: undefined }, terminal), 1)
    assert.match(terminal.stderr, /^ottla: /)
  }
  const terminal = new TestTerminal()
  assert.equal(await health({ bootstrapServer: undefined, file: '/nowhere.properties' }, terminal), 1)
  assert.equal(terminal.stderr, 'ottla: cannot read /nowhere.properties: ENOENT\n')
})

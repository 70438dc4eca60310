import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { access, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { OttlaProcess } from '../cli/ottla-process.ts'

const run = promisify(execFile)
const repository = fileURLToPath(new URL('../..', import.meta.url))
const sources = ['package.json', 'tsconfig.json', 'README.md', 'LICENSE', 'bin', 'scripts', 'seed.schema.json', 'src']

/** npm with nothing of the npm that may run these tests. */
async function npm(cwd: string, ...args: string[]): Promise<string> {
  const environment = Object.entries(process.env).filter(([name]) => !/^npm_(lifecycle|package|command)/.test(name))
  const { stdout } = await run('npm', args, { cwd, env: Object.fromEntries(environment) })
  return stdout
}

describe('the package', { timeout: 120_000 }, () => {
  let directory: string
  let consumer: string
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ottla-package-'))
    // A copy, so that nobody's dist/ changes under them.
    const source = join(directory, 'source')
    await mkdir(source)
    for (const name of sources) await cp(join(repository, name), join(source, name), { recursive: true })
    await symlink(join(repository, 'node_modules'), join(source, 'node_modules'))
    const [{ filename, files }] = JSON.parse(await npm(source, 'pack', '--json', '--foreground-scripts=false'))
    const paths: string[] = files.map(({ path }: { path: string }) => path)
    assert.deepEqual(
      paths.filter(path => !path.startsWith('dist/')),
      ['LICENSE', 'README.md', 'bin/ottla.js', 'package.json', 'seed.schema.json'],
    )
    consumer = join(directory, 'consumer')
    await mkdir(consumer)
    await writeFile(join(consumer, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }')
    await npm(consumer, 'install', '--no-audit', '--no-fund', '--prefer-offline', join(source, filename))
  })
  after(() => rm(directory, { recursive: true, force: true }))

  it('installs into an empty folder and runs by npx', async () => {
    const { version } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'))
    const { stdout } = await run('npx', ['--no-install', 'ottla', '--version'], { cwd: consumer })
    assert.equal(stdout, `${version}\n`)
    const launcher = join(consumer, 'node_modules/ottla/bin/ottla.js')
    const node = new OttlaProcess(['--override', 'listeners=PLAINTEXT://localhost:0'], { cwd: consumer, launcher })
    await node.startedOnPort()
    await access(join(consumer, 'ottla-data/meta.properties'))
    assert.equal(await node.stop(), 0)
    assert.equal(node.errors, '')
  })

  it('starts brokers inside a program', async () => {
    await writeFile(join(consumer, 'embedded.js'), embedded)
    const { stdout } = await run(process.execPath, ['embedded.js'], { cwd: consumer })
    assert.deepEqual(JSON.parse(stdout), {
      areDifferent: true,
      isBootstrap: true,
      isKept: true,
      isSeeded: true,
      areGone: true,
    })
  })

  it('starts a broker where Jest would run it: loaded by require, in a context of its own', async () => {
    await writeFile(join(consumer, 'contained.cjs'), contained)
    const { stdout } = await run(process.execPath, ['contained.cjs'], { cwd: consumer })
    assert.match(stdout, /^localhost:\d+\n$/)
  })

  it('has types that the strictest consumer accepts', async () => {
    await writeFile(join(consumer, 'typed.ts'), typed)
    const options = [
      '--strict',
      '--noEmit',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--exactOptionalPropertyTypes',
    ]
    const tsc = join(repository, 'node_modules/typescript/bin/tsc')
    await run(process.execPath, [tsc, ...options, 'typed.ts'], { cwd: consumer })
  })

  it('brings a module for Testcontainers, by import and by require, with types, for who has Testcontainers', async () => {
    const modules = join(consumer, 'node_modules')
    await assert.rejects(run(process.execPath, ['-e', "require('ottla/testcontainers')"], { cwd: consumer }), {
      message: /Cannot find module 'testcontainers'/,
    })
    await symlink(join(repository, 'node_modules/testcontainers'), join(modules, 'testcontainers'))
    for (const [file, program] of [
      ['containers.js', "import { OttlaContainer } from 'ottla/testcontainers'"],
      ['containers.cjs', "const { OttlaContainer } = require('ottla/testcontainers')"],
    ] as const) {
      await writeFile(join(consumer, file), `${program}\nconsole.log(new OttlaContainer().imageName.string)`)
      const { stdout } = await run(process.execPath, [file], { cwd: consumer })
      const { version } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'))
      assert.equal(stdout, `ottla:${version}\n`)
    }
    await writeFile(join(consumer, 'containers.ts'), containers)
    await writeFile(join(consumer, 'containers-typed.cts'), containers)
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022', '--skipLibCheck']
    const types = ['--typeRoots', join(repository, 'node_modules/@types'), '--types', 'node']
    const tsc = join(repository, 'node_modules/typescript/bin/tsc')
    const sources = ['containers.ts', 'containers-typed.cts']
    await run(process.execPath, [tsc, ...options, ...types, ...sources], { cwd: consumer })
  })

  it('says in one line that it needs a newer Node', async () => {
    const launcher = join(consumer, 'node_modules/ottla/bin/ottla.js')
    const older = 'Object.defineProperty(process.versions, "node", { value: "20.11.0" })'
    const nodeOptions = ['--import', `data:text/javascript,${encodeURIComponent(older)}`]
    const node = new OttlaProcess([], { cwd: consumer, launcher, nodeOptions })
    assert.equal(await node.exitCode(), 1)
    assert.match(node.errors, /^ottla: Ottla needs Node\.js 22\.15 or newer; this is v.+\n$/)
  })
})

const embedded = `
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBroker } from 'ottla'

const own = mkdtempSync(join(tmpdir(), 'ottla-named-'))
const temporary = () => readdirSync(tmpdir()).filter(name => name.startsWith('ottla-broker-' + process.pid))
const config = { 'num.partitions': 3 }
const [one, other] = await Promise.all([startBroker(), startBroker({ dataDirectory: own, config })])
const areDifferent = one.port !== other.port && one.clusterId !== other.clusterId && temporary().length === 1
const isBootstrap = one.bootstrapServers === 'localhost:' + one.port
await Promise.all([one.stop(), other.stop(), other.stop()])
await one.closed
writeFileSync('seed.yaml', 'topics: [{ name: t, records: [{ file: seed.csv }] }]')
writeFileSync('seed.csv', 'value\\nseeded\\n')
const lines = []
const again = await startBroker({ dataDirectory: own, seed: 'seed.yaml', log: line => lines.push(line) })
const isSeeded = lines.some(line => line.includes('1 record appended'))
const isKept = again.clusterId === other.clusterId
await again[Symbol.asyncDispose]()
console.log(JSON.stringify({ areDifferent, isBootstrap, isKept, isSeeded, areGone: temporary().length === 0 }))
rmSync(own, { recursive: true })
`

const contained = `
const { readFileSync } = require('node:fs')
const { createRequire } = require('node:module')
const { dirname } = require('node:path')
const vm = require('node:vm')

const shared = { Buffer, Uint8Array, ArrayBuffer, URL, TextDecoder, TextEncoder, WebAssembly, performance, process }
const timers = { setTimeout, clearTimeout, setImmediate, clearImmediate, queueMicrotask }
const context = vm.createContext({ ...shared, ...timers, console })
const loaded = new Map()
function load(file) {
  if (loaded.has(file)) return loaded.get(file).exports
  const module = { exports: {} }
  loaded.set(file, module)
  const wrapper = '(function (exports, require, module, __filename, __dirname) {' + readFileSync(file, 'utf8') + '\\n})'
  const outer = createRequire(file)
  const inner = name => (name.startsWith('.') ? load(outer.resolve(name)) : outer(name))
  vm.runInContext(wrapper, context, { filename: file })(module.exports, inner, module, file, dirname(file))
  return module.exports
}

const { startBroker } = load(require.resolve('ottla'))
startBroker().then(async broker => {
  console.log(broker.bootstrapServers)
  await broker.stop()
})
`

const typed = `
import { type Broker, type Seed, startBroker, type StartBrokerOptions } from 'ottla'

const seed: Seed = { topics: ['a', { name: 'b', records: [{ key: 1, value: null, headers: [{ key: 'h', valueBase64: '' }] }] }] }
const config = { 'num.partitions': 3, 'auto.create.topics.enable': false }
const options: StartBrokerOptions = { port: 0, config, seed }
export async function use(): Promise<string> {
  await using broker: Broker = await startBroker(options)
  const port: number = broker.port
  await broker.stop()
  await broker.closed
  return broker.bootstrapServers + broker.clusterId + String(port)
}
`

const containers = `
import { OttlaContainer, type Seed, type StartedOttlaContainer, type TopicToCreate } from 'ottla/testcontainers'

const seed: Seed = { topics: [{ name: 'birds', records: [{ key: 'first', value: { name: 'jackdaw' } }] }] }
const topic: TopicToCreate = { name: 'customers', partitions: 3, cleanupPolicy: 'compact' }
export async function use(): Promise<string> {
  const container = new OttlaContainer('ottla:dev').withSeed(seed).withSeed('seed.yaml').withTopics('orders', topic)
  const ottla: StartedOttlaContainer = await container.withEnvironment({ KAFKA_NUM_PARTITIONS: '3' }).start()
  await ottla.stop()
  return ottla.getBootstrapServers() + ottla.getNetworkBootstrapServers()
}
`

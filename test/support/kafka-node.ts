import { type ChildProcess, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { cached, exited, javac, log4jArgs, resolveJars, spawnJava, stopChild, temporaryDirectory } from './java.ts'

/** A real Apache Kafka 4.3.1 node: broker and controller in one JVM, alone in its cluster. */
export interface KafkaNode {
  /** `localhost:PORT`, as clients want it. */
  readonly bootstrapServers: string
  readonly port: number
  /** Of the controller's listener. */
  readonly controllerPort: number
  readonly clusterId: string
  /** Its log directory. */
  readonly directory: string
  readonly pid: number
  /** What the node wrote on standard error so far: warnings and errors. */
  log(): string
  /** Ends the node, and removes its directory unless the caller named one. */
  stop(): Promise<void>
  /** The same by SIGKILL. */
  kill(): Promise<void>
}

export interface KafkaOptions {
  /** Server properties beside those that make one node serve. */
  readonly properties?: Readonly<Record<string, string>>
  /** An existing or new log directory, kept after `stop()`. */
  readonly directory?: string
  readonly clusterId?: string
  /** Free ones are taken where these are left out. */
  readonly ports?: readonly number[]
  readonly jvmArgs?: readonly string[]
  /** False starts the JVM as a user would, without the archive that makes it quick here. */
  readonly classDataArchive?: boolean
  /** After this long a node that is to stop is killed. */
  readonly stopPatienceMs?: number
}

const startPatienceMs = 120_000

const nodeJvmArgs = ['-Xmx512m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-XX:-UsePerfData'] as const

/** Starts a node on free ports and resolves once clients can use it. */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaNode> {
  const classPath = await kafkaClassPath()
  const wanted = options.jvmArgs ?? nodeJvmArgs
  return start(options, classPath, options.classDataArchive === false ? wanted : await withClassDataArchive(wanted))
}

/** Kafka's jars, and the programs of this folder that run them. */
export async function kafkaClassPath(): Promise<string[]> {
  const jars = await resolveJars('kafka-4.3.1')
  const sources = ['KafkaNode', 'ToolRunner'].map(name => fileURLToPath(new URL(`java/${name}.java`, import.meta.url)))
  return [...jars, await javac(sources, jars)]
}

/** The arguments of a JVM over `kafkaClassPath`, with the archive that makes it start quickly. */
export async function withClassDataArchive(jvmArgs: readonly string[]): Promise<string[]> {
  const archive = join(await classDataArchive(await kafkaClassPath()), 'kafka.jsa')
  return existsSync(archive) ? [...jvmArgs, `-XX:SharedArchiveFile=${archive}`] : [...jvmArgs]
}

/** Classes as one node loaded them, mapped by every later one: a start takes a third of the time. */
function classDataArchive(classPath: readonly string[]): Promise<string> {
  const javaVersion = spawnSync('java', ['-version']).stderr.toString()
  return cached('class-data', [...classPath, javaVersion], async into => {
    const node = await start({}, classPath, [...nodeJvmArgs, `-XX:ArchiveClassesAtExit=${join(into, 'kafka.jsa')}`])
    await node.stop()
  })
}

async function start(
  options: KafkaOptions,
  classPath: readonly string[],
  jvmArgs: readonly string[],
): Promise<KafkaNode> {
  const home = await temporaryDirectory('kafka')
  const [port, controllerPort] = options.ports ?? (await freePorts(2))
  const directory = options.directory ?? join(home.path, 'data')
  mkdirSync(directory, { recursive: true })
  const properties = { ...soleNodeProperties(port ?? 0, controllerPort ?? 0, directory), ...options.properties }
  const file = join(home.path, 'server.properties')
  writeFileSync(
    file,
    Object.entries(properties)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  )
  const clusterId = storedClusterId(directory) ?? options.clusterId ?? randomBytes(16).toString('base64url')

  const child = spawnJava({
    classPath,
    mainClass: 'KafkaNode',
    args: [file, clusterId],
    jvmArgs: [...jvmArgs, ...log4jArgs(), `-Dkafka.logs.dir=${home.path}`],
  })
  const logFile = join(home.path, 'stderr.log')
  child.stderr?.pipe(createWriteStream(logFile))
  child.stdout?.resume()
  const log = () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : '')
  const stop = async () => {
    await stopChild(child, options.stopPatienceMs)
    home.remove()
  }
  try {
    await ready(child, port ?? 0)
  } catch (cause) {
    const said = log()
    await stop()
    throw new Error(`Kafka did not start:\n${said.slice(-4000)}`, { cause })
  }
  return {
    bootstrapServers: `localhost:${port}`,
    port: port ?? 0,
    controllerPort: controllerPort ?? 0,
    clusterId,
    directory,
    pid: child.pid ?? 0,
    log,
    stop,
    async kill() {
      child.kill('SIGKILL')
      await exited(child).catch(() => undefined)
      home.remove()
    },
  }
}

/** What one node that is its own whole quorum needs to serve. */
export function soleNodeProperties(port: number, controllerPort: number, directory: string): Record<string, string> {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@localhost:${controllerPort}`,
    listeners: `PLAINTEXT://localhost:${port},CONTROLLER://localhost:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://localhost:${port}`,
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': directory,
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
  }
}

function storedClusterId(directory: string): string | undefined {
  const file = join(directory, 'meta.properties')
  return existsSync(file) ? /^cluster\.id=(.+)$/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined
}

/** Ports that nobody listens on; all are held open until all are known, so that they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, 'localhost', resolve))
      return server
    }),
  )
  const ports = servers.map(server => (server.address() as { port: number }).port)
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
  return ports
}

async function ready(child: ChildProcess, port: number): Promise<void> {
  const deadline = Date.now() + startPatienceMs
  let ended = false
  exited(child).then(
    () => (ended = true),
    () => (ended = true),
  )
  while (!ended) {
    if (await serves(port)) return
    if (Date.now() > deadline) throw new Error(`no answer on port ${port} within ${startPatienceMs} ms`)
    await delay(50)
  }
  throw new Error('the JVM ended')
}

/** Metadata v0 without topics: serves once a broker is unfenced, which is when the answer names one. */
export function serves(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, 'localhost')
    const finish = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    // Length, API key 3, version 0, correlation id 1, null client id, no topics listed.
    socket.once('connect', () => socket.write(Buffer.from('0000000e0003000000000001ffff00000000', 'hex')))
    let received = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received.length >= 12) finish(received.readInt32BE(8) > 0)
    })
    socket.once('error', () => finish(false))
    socket.once('close', () => finish(false))
    socket.setTimeout(5_000, () => finish(false))
  })
}

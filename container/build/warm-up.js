// Configures and starts a broker, and calls the commands that health checks call: their compiled code is kept in the
// image.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'

const ottla = '/opt/ottla/bin/ottla.js'
const port = 9092
const directory = mkdtempSync('/tmp/warm-up-')
const settings = [`listeners=PLAINTEXT://localhost:${port}`, `log.dirs=${directory}/data`]
const broker = spawn(process.execPath, [ottla, 'start', ...settings.flatMap(setting => ['--override', setting])], {
  stdio: ['ignore', 'ignore', 'inherit'],
})
const ended = new Promise(resolve => broker.on('exit', resolve))

run(['configure-image', '--layout', 'kafka', '--output', `${directory}/server.properties`])
await served()
const server = ['--bootstrap-server', `localhost:${port}`]
for (const command of [
  ['health', ...server],
  ['kafka-topics', ...server, '--list'],
  ['kafka-broker-api-versions', ...server],
]) {
  run(command)
}
// The compile cache is written when the process ends.
broker.kill('SIGTERM')
const code = await ended
if (code !== 0) throw new Error(`the broker ended with ${code}`)
rmSync(directory, { recursive: true })

function run(command) {
  const { status } = spawnSync(process.execPath, [ottla, ...command], { stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) throw new Error(`${command[0]} ended with ${status}`)
}

async function served() {
  for (;;) {
    if (broker.exitCode !== null) throw new Error(`the broker ended with ${broker.exitCode}`)
    const isOpen = await new Promise(resolve => {
      const socket = connect(port, 'localhost', () => socket.end(() => resolve(true)))
      socket.on('error', () => resolve(false))
    })
    if (isOpen) return
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

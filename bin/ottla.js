#!/usr/bin/env node
// Plain JavaScript that any Node.js reads: it finds out what there is to run, and a Node.js that can run it.
import { existsSync, readdirSync, statSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'

/** What the published package needs, and what a checkout brings along as a devDependency. */
const PACKAGE_NODE = [22, 15]
const CHECKOUT_NODE = [26, 0]

const built = new URL('../dist/main.js', import.meta.url)
const source = new URL('../src/main.ts', import.meta.url)
const isCheckout = existsSync(source)
const isBuilt = existsSync(built) && (!isCheckout || isUpToDate())

if (!isCheckout && !isAtLeast(PACKAGE_NODE)) {
  fail(`Ottla needs Node.js ${PACKAGE_NODE.join('.')} or newer; this is ${process.version}`)
} else if (isCheckout && !isAtLeast(CHECKOUT_NODE)) await handOver()
else {
  // libuv's threads serve fsync, reads and compression; they are counted when the first of them is needed.
  process.env.UV_THREADPOOL_SIZE ??= '8'
  module.enableCompileCache?.()
  await import(isBuilt ? built : source)
}

/** Runs the same command line with the checkout's own Node.js. */
async function handOver() {
  const node = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url))
  if (!existsSync(node)) {
    fail(
      `A checkout of Ottla brings its own Node.js ${CHECKOUT_NODE[0]}: run npm ci first (this is ${process.version})`,
    )
    return
  }
  const args = [fileURLToPath(import.meta.url), ...process.argv.slice(2)]
  if (process.execve !== undefined) process.execve(node, [node, ...args], process.env)
  const { spawn } = await import('node:child_process')
  const child = spawn(node, args, { stdio: 'inherit' })
  // A terminal sends Ctrl-C to the child as well, which takes two so close together for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', error => fail(`Cannot run ${node}: ${error.message}`))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

/** Whether nothing in src/ has been changed since dist/ was built from it. */
function isUpToDate() {
  const builtMs = statSync(built).mtimeMs
  const directory = new URL('../src/', import.meta.url)
  return readdirSync(directory, { recursive: true }).every(
    file => !file.endsWith('.ts') || statSync(new URL(file, directory)).mtimeMs <= builtMs,
  )
}

function isAtLeast([major, minor]) {
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number)
  return ownMajor > major || (ownMajor === major && ownMinor >= minor)
}

function fail(message) {
  process.stderr.write(`ottla: ${message}\n`)
  process.exitCode = 1
}

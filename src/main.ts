import { flushCompileCache } from 'node:module'
import { helpText, parseCommandLine } from './cli/arguments.ts'
import { painter } from './cli/paint.ts'
import type { Terminal } from './cli/terminal.ts'
import { version } from './cli/version.ts'
import { growHeapFreely } from './platform/heap-growth.ts'
import { keepingAlive } from './platform/keep-alive.ts'

/** When everything a start needs has been compiled, and is worth keeping for the next. */
const compileCacheFlushMs = 3000

const terminal: Terminal = {
  environment: process.env,
  isInteractive: process.stdout.isTTY === true,
  get isWatched() {
    return process.stderr.isTTY === true
  },
  get isTyped() {
    return process.stdin.isTTY === true
  },
  paint: painter(() => process.stdout),
  paintError: painter(() => process.stderr),
  print: line => void process.stdout.write(`${line}\n`),
  printError: line => void process.stderr.write(`${line}\n`),
  write: bytes =>
    new Promise(resolve => {
      process.stdout.write(bytes, error => resolve(error === undefined || error === null))
    }),
  writeError: text => void process.stderr.write(text),
  input: () => process.stdin,
  onStopRequest(listener) {
    process.on('SIGINT', listener)
    process.on('SIGTERM', listener)
  },
  exit: code => process.exit(code),
}

async function run(): Promise<number> {
  const command = parseCommandLine(process.argv.slice(2))
  switch (command.name) {
    case 'help':
      process.stdout.write(helpText())
      return 0
    case 'version':
      terminal.print(version)
      return 0
    case 'mistaken':
      terminal.printError(`ottla: ${command.message}`)
      return 1
    case 'tool': {
      const { runToolHere } = await import('./cli/run-tool-here.ts')
      return await runToolHere(command, terminal)
    }
    case 'completion': {
      const { completionScript } = await import('./cli/completion/completion.ts')
      for (const line of await completionScript(command.shell)) terminal.print(line)
      return 0
    }
    case 'health': {
      const { health } = await import('./cli/health.ts')
      return await health(command.health, terminal)
    }
    case 'configure-image': {
      const { configureImage } = await import('./cli/image/configure-image.ts')
      return await configureImage(command.commandLine, terminal)
    }
    case 'start': {
      growHeapFreely()
      setTimeout(flushCompileCache, compileCacheFlushMs).unref()
      const { start } = await import('./cli/start.ts')
      return await start(command.start, terminal)
    }
    default:
      return command satisfies never
  }
}

process.exitCode = await keepingAlive(run)
// Whatever is still to be written to a pipe goes out first.
process.stdout.write('', () => process.exit())

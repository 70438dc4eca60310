import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { tools } from '../src/cli/tools.ts'
import { confluentVersion, kafkaVersion, version } from '../src/cli/version.ts'

/**
 * Builds the container image.
 *
 *   npm run image -- [--name NAME] [--tag NAME:TAG] [--base IMAGE] [--arch x64|arm64 …] [--stage-only]
 *
 * Tags it by Ottla's version and by the one of Apache Kafka whose image it takes the place of; and, where it starts as
 * Confluent's does, by the one of Confluent Platform, which programs read as such. `--tag` gives the first form one tag.
 * All that comes from a registry of packages is staged here, so that `docker build` needs no network. For several
 * processors at once: `npm run image -- --arch x64 --arch arm64 --stage-only`, then
 * `docker buildx build --platform linux/amd64,linux/arm64 .`
 */
const repository = fileURLToPath(new URL('..', import.meta.url))
const staged = join(repository, '.cache/image')

const { values: options } = parseArgs({
  options: {
    name: { type: 'string', default: 'ottla' },
    tag: { type: 'string' },
    base: { type: 'string' },
    arch: { type: 'string', multiple: true },
    'stage-only': { type: 'boolean', default: false },
  },
})

/** Of both images of one build the same. */
const created = new Date().toISOString()

stage(options.arch ?? [process.arch])
if (options['stage-only']) {
  console.log(`staged in ${staged}`)
} else if (options.tag !== undefined) {
  build('kafka', [options.tag])
} else {
  build('kafka', [`${options.name}:${version}`, `${options.name}:${kafkaVersion}`])
  build('confluent', [`${options.name}:${confluentVersion}`])
}

function stage(architectures: readonly string[]): void {
  run(process.execPath, ['scripts/build.ts'], repository)
  rmSync(staged, { recursive: true, force: true })
  for (const path of ['bin', 'dist', 'package.json', 'LICENSE']) {
    cpSync(join(repository, path), join(staged, 'ottla', path), { recursive: true })
  }
  writeFileSync(join(staged, 'commands'), `${tools.map(({ kafkaName }) => kafkaName).join('\n')}\n`)
  for (const architecture of architectures) stagePackages(architecture)
}

/** The packages that run, for a Linux of that processor whatever this machine is. */
function stagePackages(architecture: string): void {
  const directory = join(staged, 'packages', architecture)
  mkdirSync(directory, { recursive: true })
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(repository, file), join(directory, file))
  const target = ['--os=linux', `--cpu=${architecture}`, '--libc=glibc']
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']
  run('npm', ['ci', '--omit=dev', ...target, ...quietly], directory)
  const packages = join(staged, 'node_modules', architecture)
  cpSync(join(directory, 'node_modules'), packages, { recursive: true, filter: path => runs(path, architecture) })
  rmSync(join(staged, 'packages'), { recursive: true })
}

/** Leaves out what is for people, for other builds or for other machines. */
function runs(path: string, architecture: string): boolean {
  const prebuilt = /\/prebuilds\/([^/]+)/.exec(path)
  if (prebuilt !== null) return prebuilt[1] === `linux-${architecture}`
  return !/\.(map|md|d\.[cm]?ts|c|cc|h)$|\/\.bin$|\/\.package-lock\.json$/.test(path)
}

function build(target: 'kafka' | 'confluent', tags: readonly string[]): void {
  const labels = { VERSION: version, REVISION: revision(), CREATED: created }
  const args = Object.entries({ ...labels, ...(options.base === undefined ? {} : { BASE: options.base }) })
  const buildArgs = args.flatMap(([name, value]) => ['--build-arg', `${name}=${value}`])
  run('docker', ['build', '--target', target, ...buildArgs, ...tags.flatMap(tag => ['--tag', tag]), '.'], repository)
}

function revision(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: repository, encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}

function run(command: string, args: readonly string[], cwd: string): void {
  execFileSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] })
}

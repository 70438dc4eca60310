import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { cached } from '../../../support/java.ts'

const version = '5.0.0'

/**
 * The package and its prebuilt binary for this machine, installed once under `node_modules/.cache`. They are no devDependencies: both
 * declare Node.js 24 exactly, though the binary needs no more than Node-API; every other Node would print warnings at each `npm ci`, and
 * would not get the binary, since npm leaves out optional dependencies whose engine does not match. Named directly, it installs.
 */
export function installKafkaCrabJs(): Promise<string> {
  const packages = [`kafka-crab-js@${version}`, `kafka-crab-js-${process.platform}-${process.arch}${libc()}@${version}`]
  return cached('npm-kafka-crab-js', packages, async directory => {
    const quiet = ['--no-save', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error']
    await promisify(execFile)('npm', ['install', '--prefix', directory, ...quiet, ...packages], { cwd: directory })
  })
}

function libc(): string {
  if (process.platform !== 'linux') return ''
  const report = process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  return report.header.glibcVersionRuntime === undefined ? '-musl' : '-gnu'
}

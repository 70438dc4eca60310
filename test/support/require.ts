import { spawnSync } from 'node:child_process'
import type { TestContext } from 'node:test'

/**
 * What some tests need and not every machine has. A test that lacks it is skipped by name, unless `OTTLA_REQUIRE` lists it: then it
 * runs and fails. Java stands for the whole compatibility suite, so requiring it requires Python and Go too;
 * docker stands for all that is done with containers.
 */
export type Tool = 'java' | 'python' | 'go' | 'docker' | 'docker-compose'

const probes: Record<Tool, readonly (readonly string[])[]> = {
  java: [
    ['javac', '-version'],
    ['mvn', '--version'],
  ],
  python: [['python3', '-m', 'venv', '--help']],
  go: [['go', 'version']],
  docker: [['docker', 'version']],
  'docker-compose': [['docker-compose', 'version']],
}

const missing = new Map<Tool, string | undefined>()

function missingProgram(tool: Tool): string | undefined {
  if (!missing.has(tool)) {
    const absent = probes[tool].find(([program, ...args]) => spawnSync(program ?? '', args).status !== 0)
    missing.set(tool, absent?.[0])
  }
  return missing.get(tool)
}

export function isRequired(tool: Tool, required = process.env['OTTLA_REQUIRE'] ?? ''): boolean {
  const listed = required.split(',').map(name => name.trim())
  const stands = (listedTool: Tool, ...others: readonly Tool[]) => listed.includes(listedTool) && others.includes(tool)
  return listed.includes(tool) || stands('java', 'python', 'go') || stands('docker', 'docker-compose')
}

/** For the `skip` option of a test or a suite: false to run it, or the reason why it cannot run here. */
export function skipWithout(...tools: readonly Tool[]): string | false {
  for (const tool of tools) {
    const program = isRequired(tool) ? undefined : missingProgram(tool)
    if (program !== undefined) return `needs ${tool}: ${program} is not here`
  }
  return false
}

/** Inside a test: true to go on; false when the test has just been marked as skipped. */
export function requireOrSkip(test: Pick<TestContext, 'skip'>, ...tools: readonly Tool[]): boolean {
  const reason = skipWithout(...tools)
  if (reason !== false) test.skip(reason)
  return reason === false
}

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('../..', import.meta.url))

test('a signal to npm start stops the broker cleanly, and leaves no orphan', { timeout: 60_000 }, async t => {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-npm-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const overrides = ['listeners=PLAINTEXT://localhost:0', `log.dirs=${directory}`]
  const commandLine = ['start', '--', ...overrides.flatMap(override => ['--override', override])]
  const environment = Object.entries(process.env).filter(([name]) => !/^(KAFKA_|npm_)/.test(name))
  const npm = spawn('npm', commandLine, { cwd: repository, env: Object.fromEntries(environment), detached: true })
  t.after(() => {
    // Its whole group, so that an orphan does not outlive the test either.
    try {
      process.kill(-npm.pid!, 'SIGKILL')
    } catch {}
  })
  let output = ''
  npm.stdout.on('data', chunk => (output += chunk))
  while (!output.includes('Ctrl-C stops it.')) await once(npm.stdout, 'data')
  npm.kill('SIGTERM')
  // `close` comes when everybody has let go of the output, the broker included.
  await Promise.all([once(npm, 'close'), once(npm, 'exit')])
  assert.match(output, /Stopped\.\n$/)
})

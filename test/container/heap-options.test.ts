import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../../container/bin/heap-options', import.meta.url))
const first = 'memory/memory.limit_in_bytes'
const second = 'memory.max'
const MIB = 1024 * 1024

describe("the heap's bound in a container", () => {
  const cases: [what: string, file: string, content: string, options: string][] = [
    ['128 MiB, by the second version of cgroups', second, `${128 * MIB}`, '--max-heap-size=48\n'],
    ['128 MiB, by the first', first, `${128 * MIB}`, '--max-heap-size=48\n'],
    ['512 MiB', second, `${512 * MIB}`, '--max-heap-size=240\n'],
    ['next to nothing', second, `${16 * MIB}`, '--max-heap-size=32\n'],
    ['a gigabyte', second, `${1024 * MIB}`, ''],
    ['no limit, by the second version', second, 'max', ''],
    ['no limit, by the first', first, '9223372036854771712', ''],
  ]
  for (const [what, file, content, options] of cases) {
    it(`is ${options.trim() || "V8's own"} for ${what}`, () => {
      const root = mkdtempSync(join(tmpdir(), 'ottla-cgroup-'))
      try {
        mkdirSync(dirname(join(root, file)), { recursive: true })
        writeFileSync(join(root, file), `${content}\n`)
        assert.equal(execFileSync('bash', [script, root], { encoding: 'utf8' }), options)
      } finally {
        rmSync(root, { recursive: true })
      }
    })
  }

  it("is V8's own where there are no cgroups", () => {
    assert.equal(execFileSync('bash', [script, '/nowhere'], { encoding: 'utf8' }), '')
  })
})

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
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

  const places: [what: string, membership: string, file: string][] = [
    ['the second version', '0::/system.slice/docker-1.scope', 'system.slice/docker-1.scope/memory.max'],
    ['the first', '12:cpu:/docker/1\n7:memory:/docker/1', 'memory/docker/1/memory.limit_in_bytes'],
    ['the first, beside others', '7:hugetlb,memory:/docker/1\n0::/', 'memory/docker/1/memory.limit_in_bytes'],
  ]
  for (const [what, membership, file] of places) {
    it(`is that of the container's own place in the tree of the machine, by ${what}`, () => {
      const root = mkdtempSync(join(tmpdir(), 'ottla-cgroup-'))
      try {
        mkdirSync(dirname(join(root, file)), { recursive: true })
        mkdirSync(join(root, 'memory'), { recursive: true })
        writeFileSync(join(root, file), `${128 * MIB}\n`)
        writeFileSync(join(root, 'memory/memory.limit_in_bytes'), '9223372036854771712\n')
        writeFileSync(join(root, 'membership'), `${membership}\n`)
        const options = execFileSync('bash', [script, root, join(root, 'membership')], { encoding: 'utf8' })
        assert.equal(options, '--max-heap-size=48\n')
      } finally {
        rmSync(root, { recursive: true })
      }
    })
  }

  it("is V8's own where there are no cgroups", () => {
    const { stdout, stderr } = spawnSync('bash', [script, '/nowhere', '/nowhere'], { encoding: 'utf8' })
    assert.deepEqual([stdout, stderr], ['', ''])
  })
})

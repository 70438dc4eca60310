import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { it } from 'node:test'

const folder = new URL('../docs/decisions/', import.meta.url)

it('every decision is listed under its number and its heading, in order', () => {
  const listed = readFileSync(new URL('README.md', folder), 'utf8')
    .split('\n')
    .filter(line => line.startsWith('- '))
  const lines = readdirSync(folder)
    .filter(name => name !== 'README.md')
    .sort()
    .map(name => {
      const [heading = ''] = readFileSync(new URL(name, folder), 'utf8').split('\n')
      assert.ok(heading.startsWith(`# ${name.slice(0, 4)}: `), `${name} begins with ${heading}`)
      return `- [${heading.slice(2)}](${name})`
    })
  assert.deepEqual(listed, lines)
})

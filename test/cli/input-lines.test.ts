import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { lines } from '../../src/cli/input-lines.ts'

async function linesOf(chunks: readonly Uint8Array[]): Promise<string[]> {
  async function* input() {
    yield* chunks
  }
  const found: string[] = []
  for await (const some of lines(input())) found.push(...some)
  return found
}

describe('the lines of standard input', () => {
  it('are the same however they arrive', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary' }).map(text => text.replaceAll(/[\r\n]/g, ''))),
        fc.integer({ min: 1, max: 7 }),
        async (expected, size) => {
          const bytes = Buffer.from(expected.map(line => `${line}\n`).join(''))
          const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
            bytes.subarray(index * size, (index + 1) * size),
          )
          assert.deepEqual(await linesOf(chunks), expected)
        },
      ),
    )
  })

  it('may end with a carriage return, and the last without an end', async () => {
    assert.deepEqual(await linesOf([Buffer.from('a\r\nb\n\nc')]), ['a', 'b', '', 'c'])
  })
})

/**
 * Compiles each WebAssembly text file under `src` into a module beside it that holds the bytes:
 * `lz4-block.wat` becomes `lz4-block-wasm.ts`. With `--check` nothing is written, and a stale module is an error.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import wabtModule from 'wabt'

const wabt = await wabtModule()
let isStale = false
for (const source of globSync('src/**/*.wat')) {
  const parsed = wabt.parseWat(source, readFileSync(source, 'utf8'), { simd: true })
  const base64 = Buffer.from(parsed.toBinary({}).buffer).toString('base64')
  const name = basename(source, '.wat').replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
  const lines = base64.match(/.{1,110}/g) ?? []
  const text = [
    `/** \`${basename(source)}\`, compiled by scripts/compile-wat.ts; base64. */`,
    `export const ${name}Wasm =`,
    ...lines.map((line, index) => `  '${line}'${index < lines.length - 1 ? ' +' : ''}`),
    '',
  ].join('\n')
  const target = source.replace(/\.wat$/, '-wasm.ts')
  if (!process.argv.includes('--check')) writeFileSync(target, text)
  else if (readFileSync(target, 'utf8') !== text) {
    console.error(`${target} is not what ${source} compiles to: node scripts/compile-wat.ts`)
    isStale = true
  }
}
if (isStale) process.exitCode = 1

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { NodeDisk } from '../../src/platform/node-disk.ts'
import { DiskError } from '../../src/ports.ts'

const directory = mkdtempSync(join(tmpdir(), 'ottla-disk-'))
after(() => rmSync(directory, { recursive: true }))

const disk = new NodeDisk()
const path = (name: string) => join(directory, name)
const bytes = (text: string) => new TextEncoder().encode(text)

const code = (expected: string) => (error: unknown) => error instanceof DiskError && error.code === expected

test('a small write is in the file when it returns, a large one when it resolves', async () => {
  const file = await disk.open(path('written'), 'create')
  assert.equal(file.write([bytes('abc'), new Uint8Array(0), bytes('def')], 0), undefined)
  assert.equal(readFileSync(path('written'), 'utf8'), 'abcdef')
  const large = new Uint8Array(1_000_000).fill(120)
  const writing = file.write([large, bytes('end')], 6)
  assert.ok(writing instanceof Promise)
  await writing
  assert.equal(await file.size(), 1_000_009)
  const into = new Uint8Array(10)
  assert.equal(await file.read(into, 1_000_004), 5)
  assert.equal(new TextDecoder().decode(into.subarray(0, 5)), 'xxend')
  await file.sync()
  await file.truncate(4)
  assert.equal(await file.size(), 4)
  await file.close()
  assert.equal((await disk.status(path('written'))).sizeInBytes, 4)
})

test('a write in the background never holds up its caller', async () => {
  const file = await disk.open(path('later'), 'create')
  const writing = file.write([bytes('abc')], 0, 'background')
  assert.ok(writing instanceof Promise)
  await writing
  assert.equal(readFileSync(path('later'), 'utf8'), 'abc')
  await file.close()
})

test('a file is replaced as a whole and leaves no temporary behind', async () => {
  await disk.replaceFile(path('replaced'), bytes('first'))
  await disk.replaceFile(path('replaced'), bytes('2nd'))
  assert.equal(new TextDecoder().decode(await disk.readFile(path('replaced'))), '2nd')
  const names = (await disk.list(directory)).map(({ name }) => name)
  assert.ok(!names.some(name => name.endsWith('.tmp')))
})

test("what the operating system refuses is a DiskError with errno's name", async () => {
  await assert.rejects(disk.open(path('missing'), 'read'), code('ENOENT'))
  await assert.rejects(disk.open(path('missing'), 'write'), code('ENOENT'))
  await assert.rejects(disk.readFile(path('missing')), code('ENOENT'))
  await assert.rejects(disk.list(path('missing')), code('ENOENT'))
  await disk.replaceFile(path('file'), bytes('x'))
  await assert.rejects(disk.makeDirectory(path('file/below')), code('ENOTDIR'))
  await assert.rejects(disk.makeDirectory(path('file')), code('EEXIST'))
  const reader = await disk.open(path('file'), 'read')
  assert.throws(() => reader.write([bytes('y')], 0), code('EBADF'))
  await reader.close()
})

test('directories are made, listed, renamed and removed with what is in them', async () => {
  await disk.makeDirectory(path('a/b'))
  await disk.makeDirectory(path('a/b'))
  await disk.replaceFile(path('a/c'), bytes('x'))
  const entries = (await disk.list(path('a'))).toSorted((a, b) => a.name.localeCompare(b.name))
  assert.deepEqual(entries, [
    { name: 'b', isDirectory: true },
    { name: 'c', isDirectory: false },
  ])
  await disk.rename(path('a'), path('z'))
  await disk.remove(path('z/c'))
  await disk.removeTree(path('z'))
  await assert.rejects(disk.list(path('z')), DiskError)
  const { totalBytes, usableBytes } = await disk.space(directory)
  assert.ok(totalBytes >= usableBytes && usableBytes > 0)
})

test('a directory where none can be made is refused, and the attempt ends', {
  skip: process.platform === 'linux' ? false : 'only Linux has /proc',
}, async () => {
  await assert.rejects(new NodeDisk().makeDirectory('/proc/ottla/data'), code('ENOENT'))
})

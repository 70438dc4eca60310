import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FilePool, PooledFile } from '../../src/log/file-pool.ts'
import { MemoryDisk } from '../support/memory-disk.ts'

function files(count: number): PooledFile[] {
  return Array.from({ length: count }, (_, index) => new PooledFile(`/f${index}`, true))
}

test('the file unused longest is closed first, one in use never', async () => {
  const disk = new MemoryDisk()
  const pool = new FilePool(disk, 2)
  const [first, second, third] = files(3) as [PooledFile, PooledFile, PooledFile]
  await pool.use(first)
  await pool.use(second)
  await pool.use(first)
  await pool.use(third)
  assert.deepEqual([first.file !== undefined, second.file !== undefined], [true, false])
  await pool.with(first, async () => {
    await pool.use(second)
    assert.notEqual(first.file, undefined)
    assert.equal(third.file, undefined)
  })
  await pool.close(first)
  assert.equal(pool.openCount, 1)
})

test('two who open the same file get the same descriptor', async () => {
  const disk = new MemoryDisk()
  const pool = new FilePool(disk, 2)
  const [file] = files(1) as [PooledFile]
  assert.equal(...(await Promise.all([pool.use(file), pool.use(file)])))
  assert.equal(disk.openCount, 1)
})

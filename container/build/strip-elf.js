// What `strip` does to a program that only runs: everything behind the last byte that is loaded goes, that is symbols,
// debugging information and the table of sections. The base image has no binutils, and the build no network.
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'

const PROGRAM_HEADER_BYTES = 56
const LOAD = 1

for (const path of process.argv.slice(2)) {
  const file = readFileSync(path)
  // 64 bits, little endian, as on every processor Node.js is built for.
  if (file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1) throw new Error(`not an ELF file: ${path}`)
  const tableAt = Number(file.readBigUInt64LE(32))
  const count = file.readUInt16LE(56)
  let end = tableAt + count * PROGRAM_HEADER_BYTES
  for (let at = tableAt; at < tableAt + count * PROGRAM_HEADER_BYTES; at += PROGRAM_HEADER_BYTES) {
    const segmentEnd = Number(file.readBigUInt64LE(at + 8) + file.readBigUInt64LE(at + 32))
    if (file.readUInt32LE(at) === LOAD) end = Math.max(end, segmentEnd)
  }
  // Neither a table of sections nor the names in it.
  file.writeBigUInt64LE(0n, 40)
  file.fill(0, 58, 64)
  // Beside it first: a program that runs cannot be written to.
  writeFileSync(`${path}.stripped`, file.subarray(0, end), { mode: statSync(path).mode })
  renameSync(`${path}.stripped`, path)
}

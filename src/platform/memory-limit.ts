import { totalmem } from 'node:os'
import { getHeapStatistics } from 'node:v8'

const MIB = 1024 * 1024
const budgetBytesMin = 8 * MIB
const budgetBytesMax = 128 * MIB
/** What is granted wherever there is room for it: a handful of the largest requests that clients send by default. */
const budgetBytesUsual = 64 * MIB
/** What a broker takes apart from its budget: measured 60 to 80 MiB, that of Node.js itself included. */
const ownBytes = 96 * MIB

/**
 * The byte budget of a broker: an eighth of what this process may use, by its cgroup, its machine and twice its heap
 * (buffers lie outside the heap, so the heap is only a hint of what whoever started the process had in mind). In small
 * containers it is half of what the broker itself leaves: the kernel and the page cache need some of it too.
 */
export function memoryBudgetBytes(available = availableBytes()): number {
  const usual = Math.max(budgetBytesUsual, Math.floor(available / 8))
  const left = Math.floor((available - ownBytes) / 2)
  return Math.max(budgetBytesMin, Math.min(budgetBytesMax, usual, left))
}

function availableBytes(): number {
  // Of both versions of cgroups, wherever in the tree this process is; 0 where it is not known.
  const cgroupLimit = process.constrainedMemory() || Number.POSITIVE_INFINITY
  return Math.min(cgroupLimit, totalmem(), 2 * getHeapStatistics().heap_size_limit)
}

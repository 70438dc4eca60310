import { readFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { getHeapStatistics } from 'node:v8'

const MIB = 1024 * 1024
const budgetBytesMin = 64 * MIB
const budgetBytesMax = 128 * MIB

/**
 * The byte budget of a broker: an eighth of what this process may use, by its cgroup, its machine and twice its heap
 * (buffers lie outside the heap, so the heap is only a hint of what whoever started the process had in mind).
 */
export function memoryBudgetBytes(): number {
  const available = Math.min(cgroupLimitBytes(), totalmem(), 2 * getHeapStatistics().heap_size_limit)
  return Math.min(budgetBytesMax, Math.max(budgetBytesMin, Math.floor(available / 8)))
}

/** Infinity outside a cgroup with a limit. */
function cgroupLimitBytes(): number {
  for (const path of ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes']) {
    try {
      const limit = Number(readFileSync(path, 'utf8').trim())
      if (Number.isFinite(limit)) return limit
    } catch {
      // Not Linux, or the other version of cgroups.
    }
  }
  return Number.POSITIVE_INFINITY
}

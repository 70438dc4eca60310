import { setFlagsFromString } from 'node:v8'

/**
 * For a process of our own: lets the old generation double before V8 marks it again, where its own reckoning may come down
 * to a tenth.
 *
 * Marking begins once less room is left than the young generation could fill, 16 MiB. With a heap as small as ours all the
 * room that a tenth and V8's least step make is no more than that: each collection called for the next, fourteen a second,
 * for a quarter of the CPU that Produce took at 64 KiB.
 */
export function growHeapFreely(): void {
  setFlagsFromString('--heap-growing-percent=100')
}

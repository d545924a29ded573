import { setFlagsFromString } from 'node:v8';

/** Of what lives: as far from the bound of a heap as V8's own choice is, four times in all. */
export const HEAP_GROWTH = '--heap-growing-percent=300';

/**
 * Lets a bounded heap grow before all garbage is collected. By itself V8 lets one that may have 448 MB grow by less
 * than half, bodies that pass through counted: a rush of triggers then collects every few dozen requests, and costs
 * twice the processor time (docs/decisions/0074). The bound holds all the same.
 */
export function letHeapGrow(): void {
  setFlagsFromString(HEAP_GROWTH);
}

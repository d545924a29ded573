import { readFileSync } from 'node:fs';

export interface Memory {
  /** Resident: what is shared with others counts in full. */
  readonly rssMb: number;
  /** Proportional: what is shared is divided among those who share it. */
  readonly pssMb: number;
}

/** Memory of a process as Linux counts it, in MB of 10^6 bytes. */
export function memoryOf(pid: number): Memory {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const mb = (name: string): number =>
    Math.round((Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(rollup)?.[1]) * 1024) / 1e5) / 10;
  return { rssMb: mb('Rss'), pssMb: mb('Pss') };
}

import { readdirSync, readFileSync } from 'node:fs';

/** What a process and its children have cost so far (proc(5)). */
export interface ProcessCost {
  /** User and system, in milliseconds. */
  cpuMs: number;
  /** Resident, in MiB. */
  memoryMb: number;
}

const CLOCK_TICK_MS = 10;
const PAGE_MB = 4_096 / 1_048_576;

export function costOf(pid: number): ProcessCost {
  const all = processes();
  const wanted = new Set([pid]);
  // Children come after their parents in the order of ids, but for a wrap that a bench does not live to see.
  for (const one of all) if (wanted.has(one.parent)) wanted.add(one.pid);
  const mine = all.filter((one) => wanted.has(one.pid));
  return {
    cpuMs: mine.reduce((sum, one) => sum + one.cpuMs, 0),
    memoryMb: Math.round(mine.reduce((sum, one) => sum + one.memoryMb, 0)),
  };
}

function processes(): { pid: number; parent: number; cpuMs: number; memoryMb: number }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const fields = stat
          .slice(stat.lastIndexOf(')') + 2)
          .split(' ')
          .map(Number);
        const ticks = [11, 12, 13, 14].reduce((sum, field) => sum + (fields[field] ?? 0), 0);
        const cost = { cpuMs: ticks * CLOCK_TICK_MS, memoryMb: (fields[21] ?? 0) * PAGE_MB };
        return [{ pid, parent: fields[1] ?? 0, ...cost }];
      } catch {
        return [];
      }
    });
}

import { readdirSync, readFileSync } from 'node:fs';

interface Times {
  parent: number;
  /** In hundredths of a second, of the process itself and of its children that have ended. */
  ticks: number;
}

/**
 * Milliseconds on the processor so far (user and system) of a process with all that it has started, as Linux counts
 * them: in steps of ten. What others do on the machine doesn't change it, unlike time on the clock.
 */
export function processorMs(pid: number): number {
  const all = readAll();
  const family = new Set([pid]);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const [child, { parent }] of all) if (family.has(parent)) family.add(child);
  }
  return [...family].reduce((sum, member) => sum + (all.get(member)?.ticks ?? 0), 0) * 10;
}

function readAll(): Map<number, Times> {
  const all = new Map<number, Times>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The second field may hold blanks and brackets (proc(5)).
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const ticks = [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0);
      all.set(Number(name), { parent: Number(fields[1]), ticks });
    } catch {
      // Gone in the meantime.
    }
  }
  return all;
}

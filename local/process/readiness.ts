import { setTimeout as pause } from 'node:timers/promises';
import type { ReadyProbe } from './service.js';

/** Ready when a JSON line with `"ready": true` was printed; gives that line's members. */
export function readyLine(probe: ReadyProbe): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    probe.signal.addEventListener('abort', () => reject(probe.signal.reason as Error), { once: true });
    probe.onLine((line) => {
      const members = parse(line);
      if (members['ready'] === true) resolve(members);
    });
  });
}

/**
 * Ready when the check has succeeded once; it is tried again every 100 ms until then.
 * @throws the signal's reason (that the program has ended, and what it said) when it comes first
 */
export async function readyWhen(probe: ReadyProbe, check: () => Promise<boolean>): Promise<void> {
  while (!(await check().catch(() => false))) {
    await pause(100, undefined, { signal: probe.signal }).catch(() => probe.signal.throwIfAborted());
  }
}

function parse(line: string): Record<string, unknown> {
  if (!line.startsWith('{')) return {};
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return {};
  }
}

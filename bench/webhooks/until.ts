import { setTimeout as pause } from 'node:timers/promises';

/** Looks every 50 ms until it is so; throws after the time. */
export async function until(isSo: () => boolean | Promise<boolean>, withinMs: number): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`not so within ${withinMs} ms`);
    await pause(50);
  }
}

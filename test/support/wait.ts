import { setTimeout as pause } from 'node:timers/promises';

/** Looks again and again until the look gives something else than null, undefined or false. */
export async function waitFor<T>(
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  withinMs = 20_000,
): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== undefined && seen !== false) return seen;
    if (Date.now() > until) throw new Error(`Not seen within ${withinMs} ms.`);
    await pause(25);
  }
}

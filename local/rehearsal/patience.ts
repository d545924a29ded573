import { setTimeout as pause } from 'node:timers/promises';
import { LocalError } from '../project.js';

/** Asks again until the answer is there; says what was waited for when it never comes. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | false | undefined>,
  withinMs: number,
  everyMs = 200,
): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== false && answer !== undefined) return answer;
    if (Date.now() > end)
      throw new LocalError(`Waited ${Math.round(withinMs / 1000)} s in vain for ${what}.`);
    await pause(everyMs);
  }
}

/** Does the same with each, a few at a time. */
export async function each<T, R>(
  list: readonly T[],
  atOnce: number,
  work: (one: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const waiting = [...list.entries()];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}

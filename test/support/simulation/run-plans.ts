import fc from 'fast-check';
import { live, type Broken } from './life.js';
import { plans, type Plan } from './plan.js';
import type { Ground } from './world.js';

/** How many lives were lived, what they went through how often, and the first that broke a rule. */
export interface Lives {
  lived: number;
  marks: Map<string, number>;
  broken: Broken | null;
}

/** Lives the plans of a seed, so many side by side; the first that breaks a rule ends it. */
export async function livePlans(
  ground: Ground,
  { runs, seed, atOnce }: { runs: number; seed: number; atOnce: number },
): Promise<Lives> {
  const all = fc.sample(plans, { numRuns: runs, seed });
  const lives: Lives = { lived: 0, marks: new Map(), broken: null };
  let next = 0;
  const hand = async (): Promise<void> => {
    while (next < all.length && lives.broken === null) {
      next += 1;
      const { broken, marks } = await live(ground, all[next - 1]!);
      for (const mark of marks) lives.marks.set(mark, (lives.marks.get(mark) ?? 0) + 1);
      lives.broken ??= broken;
      lives.lived += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, hand));
  return lives;
}

/** Fewer steps and plainer ones that still break a rule. @returns the smallest that was found within the time */
export async function shrink(ground: Ground, found: Broken, milliseconds: number): Promise<Broken> {
  let smallest = found;
  const holds = async (plan: Plan): Promise<boolean> => {
    const { broken } = await live(ground, plan);
    if (broken !== null) smallest = broken;
    return broken === null;
  };
  await fc.check(fc.asyncProperty(plans, holds), {
    numRuns: 1,
    examples: [[found.plan]],
    interruptAfterTimeLimit: milliseconds,
  });
  return smallest;
}

/** What a person needs to see what went wrong. */
export function report({ plan, rules, after, ours, there, story }: Broken): string {
  const places = { steps: plan.steps.length, after };
  return [
    `broken: ${rules.join('; ')}`,
    `plan: ${JSON.stringify(plan)}`,
    ...story,
    JSON.stringify({ ...places, ours }),
    JSON.stringify({ there }),
  ].join('\n');
}

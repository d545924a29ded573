import fc from 'fast-check';
import { plans, runPlans } from '../support/lifecycle-run.js';
import { createVirtualStack, type VirtualStack } from '../support/virtual-stack.js';

/** `MODEL_RUNS=100 MODEL_SEED=1 npm test -- lifecycle-model` for more, or for one that failed again. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 40);
const SEED = Number(process.env['MODEL_SEED'] ?? Date.now() % 1_000_000_000);
/** Side by side, so that they share the virtual time. */
const BATCH = Number(process.env['MODEL_BATCH'] ?? 40);

let stack: VirtualStack;
beforeAll(async () => {
  stack = await createVirtualStack();
}, 180_000);
afterAll(() => stack.close(), 60_000);

test(`${RUNS} random lives agree with the reference and with the platform (seed ${SEED})`, async () => {
  const all = fc.sample(plans, { numRuns: RUNS, seed: SEED });
  for (let start = 0; start < all.length; start += BATCH) {
    const broken = await runPlans(stack, all.slice(start, start + BATCH));
    expect(
      broken.map(({ rules, after, plan, ours, there }) => ({ rules, after, plan, ours, there })),
    ).toEqual([]);
  }
}, 1_800_000);

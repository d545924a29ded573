import fc from 'fast-check';
import { createGround } from '../support/simulation/ground.js';
import { live, type Outcome } from '../support/simulation/life.js';
import { liveOnServer } from '../support/simulation/on-server.js';
import { calmPlans } from '../support/simulation/plan.js';
import { createVirtualStack, type VirtualStack } from '../support/virtual-stack.js';

const RUNS = Number(process.env['SERVER_RUNS'] ?? 24);
const SEED = Number(process.env['MODEL_SEED'] ?? Date.now() % 1_000_000_000);

let stack: VirtualStack;
let ground: Awaited<ReturnType<typeof createGround>>;
beforeAll(async () => {
  [stack, ground] = await Promise.all([createVirtualStack(), createGround(4)]);
}, 180_000);
afterAll(() => Promise.all([stack.close(), ground.close()]), 60_000);

/** What has to be the same, whoever plays Temporal's server. */
function whatCounts({ ours, there }: Outcome): object {
  const counts = (one: { status: string; smsSent: number; failures: number }): object => ({
    status: one.status,
    smsSent: one.smsSent,
    failures: one.failures,
  });
  return {
    status: ours.status,
    reason: ours.reason,
    told: ours.told.map(({ type, reason, person }) => `${type} ${reason ?? ''} ${person}`),
    signatories: ours.signatories.map(counts),
    there: { status: there.status, signatories: there.signatories.map(counts) },
  };
}

test(`${RUNS} random lives end on Temporal's own server as they do in the simulation (seed ${SEED})`, async () => {
  const lives = await liveOnServer(stack, fc.sample(calmPlans, { numRuns: RUNS, seed: SEED }));
  for (const { plan, outcome } of lives) {
    const { broken, heard } = await live(ground, plan);
    expect({ plan, rules: broken?.rules ?? [], ...whatCounts(heard ?? outcome) }).toEqual({
      plan,
      rules: [],
      ...whatCounts(outcome),
    });
  }
}, 300_000);

import fc from 'fast-check';
import { createGround } from '../support/simulation/ground.js';
import { live, type Outcome } from '../support/simulation/life.js';
import { liveOnServer } from '../support/simulation/on-server.js';
import { calmPlans, type Plan } from '../support/simulation/plan.js';
import { report } from '../support/simulation/run-plans.js';
import { createVirtualStack, type VirtualStack } from '../support/virtual-stack.js';

const RUNS = Number(process.env['SERVER_RUNS'] ?? 24);
/** The same lives each time; others by `MODEL_SEED=N`. */
const SEED = Number(process.env['MODEL_SEED'] ?? 1);

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

/**
 * On the server all share one time, which runs on until the last of them is settled: whether a warning or a deadline
 * that comes in just those hours has come when we look says nothing about either server.
 */
const LAST_HOURS = 12;
/** Warnings before the deadline, and the deadline itself. */
const DUE_HOURS_BEFORE = [72, 24, 0];

function isDueInTheLastHours({ deadline, steps }: Plan): boolean {
  const lastStep = steps.reduce((at, step) => at + ('ms' in step.after ? step.after.ms : 0), 0) / 3_600_000;
  const hours = DUE_HOURS_BEFORE.map((before) => deadline / 60 - before - lastStep);
  return hours.some((left) => left > -1 && left < LAST_HOURS);
}

test(`${RUNS} random lives end on Temporal's own server as they do in the simulation (seed ${SEED})`, async () => {
  const lives = await liveOnServer(stack, fc.sample(calmPlans, { numRuns: RUNS, seed: SEED }));
  const compared = lives.filter(({ plan }) => !isDueInTheLastHours(plan));
  expect(compared.length).toBeGreaterThan(RUNS / 2);
  for (const { plan, outcome } of compared) {
    const { broken, heard, story } = await live(ground, plan);
    if (broken !== null) throw new Error(report(broken));
    const [here, there] = [whatCounts(heard!), whatCounts(outcome)].map((one) => JSON.stringify(one));
    if (here !== there) throw new Error([JSON.stringify(plan), ...story, there, here].join('\n'));
  }
}, 300_000);

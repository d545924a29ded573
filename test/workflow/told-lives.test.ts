import { createGround } from '../support/simulation/ground.js';
import { live } from '../support/simulation/life.js';
import type { Plan, Step } from '../support/simulation/plan.js';
import { report } from '../support/simulation/run-plans.js';

/** Lives in which random plans have found a fault of the product, each told as short as it goes. */
let ground: Awaited<ReturnType<typeof createGround>>;
beforeAll(async () => {
  ground = await createGround(2);
}, 180_000);
afterAll(() => ground.close(), 60_000);

const HOUR_MINUTES = 60;

/** Lives a plan under ten seeds: its pauses differ. @returns all that these lives went through */
async function told(steps: Step[], more: Partial<Plan> = {}): Promise<string[]> {
  const all = new Set<string>();
  for (let seed = 0; seed < 10; seed += 1) {
    const { broken, marks } = await live(ground, {
      seed,
      people: 1,
      deposits: 0,
      draft: false,
      create: 'none',
      deadline: 100 * HOUR_MINUTES,
      sealed: 0,
      proof: 'passed',
      afreshAfter: null,
      allSign: false,
      steps,
      ...more,
    });
    if (broken !== null) throw new Error(report(broken));
    for (const mark of marks) all.add(mark);
  }
  return [...all];
}

test('what a dying worker has recorded holds against what came meanwhile', async () => {
  const marks = await told(
    [
      { do: 'killRecorded', after: { ms: 60_000 } },
      { do: 'cancel', loss: 'none', after: { aroundDeadline: 4_000 } },
      { do: 'poll', after: { ms: 60_000 } },
    ],
    { deadline: HOUR_MINUTES },
  );
  expect(marks).toEqual(expect.arrayContaining(['record killDone', 'cancel: not_cancellable']));
});

test('news that comes while a history is begun afresh is not lost', async () => {
  const steps: Step[] = [
    { do: 'smsOnSite', person: 0, after: { ms: 60_000 } },
    { do: 'poll', after: { ms: 60_000 } },
    { do: 'smsOnSite', person: 0, after: { ms: 60_000 } },
    { do: 'poll', after: { ms: 0 } },
    { do: 'cancelOnSite', after: { ms: 700 } },
    { do: 'poll', after: { ms: 0 } },
  ];
  const marks = await told(steps, { afreshAfter: 3 });
  expect(marks).toEqual(
    expect.arrayContaining(['continued as new', 'contract.cancelled cancelled_on_platform']),
  );
});

test('a draft whose end a dying worker has recorded is still guarded', async () => {
  const steps: Step[] = [
    { do: 'publish', after: { ms: 60_000 } },
    { do: 'killRecorded', after: { ms: 0 } },
    { do: 'cancel', loss: 'none', after: { ms: 60_000 } },
    { do: 'poll', after: { ms: 1_000 } },
    { do: 'poll', after: { ms: 60_000 } },
  ];
  const marks = await told(steps, { draft: true, deadline: HOUR_MINUTES });
  expect(marks).toEqual(expect.arrayContaining(['record killDone', 'contract.cancelled client_request']));
});

import fc from 'fast-check';

/**
 * What comes of one request to the platform: it is answered; the answer is lost; it never arrives, which may show
 * (`unreachable`) or not; the worker is killed while it is under way, once it is answered, or once that is written down.
 */
export type Loss = 'none' | 'reply' | 'request' | 'unreachable' | 'killSent' | 'killAnswered' | 'killDone';

/** What a signatory, the client, the depositor, an operator or fate does; `person` is taken modulo their number. */
export type Act =
  | { do: 'sign' | 'wrongCode' | 'sms'; person: number; loss: Loss }
  | { do: 'smsAll' | 'cancel'; loss: Loss }
  | { do: 'signOnSite' | 'wrongOnSite' | 'smsOnSite' | 'payOnSite'; person: number }
  | { do: 'cancelOnSite' | 'publish' | 'delete' | 'poll' | 'again' | 'forget' | 'remember' }
  /** The client's last update once more, under the same id. */
  | { do: 'kill'; down: number }
  /** The worker is killed with the next thing that it records. */
  | { do: 'killRecorded' }
  /** For so many minutes each request comes to this. */
  | { do: 'outage'; minutes: number; loss: 'reply' | 'request' | 'unreachable' }
  | { do: 'resolve'; action: 'settle' | 'look_again' | 'retrieve_again' | 'accept' | 'give_up' };

/** Milliseconds after the step before; or milliseconds around the deadline. */
export type Gap = { ms: number } | { aroundDeadline: number };

export type Step = Act & { after: Gap };

export interface Plan {
  /** Of all pauses that the plan leaves to chance. */
  seed: number;
  people: number;
  /** One bit a person: who owes a deposit. */
  deposits: number;
  draft: boolean;
  /** `stall`: it leaves only minutes later, when another attempt may have been made. */
  create: Loss | 'refuse' | 'stall';
  /** Minutes to the deadline. */
  deadline: number;
  /** Minutes from the last signature to the signed file. */
  sealed: number;
  /** What comes of its verification until an operator asks for another. */
  proof: 'passed' | 'failed' | 'indeterminate';
  /** Activations of a run after which it begins afresh. */
  afreshAfter: number | null;
  steps: Step[];
  /** Whether those who have still to sign do it on the site after all that. */
  allSign: boolean;
}

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const loss = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Loss>('none') },
  { weight: 3, arbitrary: fc.constant<Loss>('reply') },
  { weight: 1, arbitrary: fc.constantFrom<Loss>('request', 'unreachable') },
  { weight: 2, arbitrary: fc.constantFrom<Loss>('killSent', 'killAnswered', 'killDone') },
);
const person = fc.nat(2);
const gap: fc.Arbitrary<Gap> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ ms: fc.nat(3 * SECOND) }) },
  { weight: 8, arbitrary: fc.record({ ms: fc.integer({ min: MINUTE, max: 10 * MINUTE }) }) },
  { weight: 2, arbitrary: fc.record({ ms: fc.integer({ min: HOUR, max: 30 * HOUR }) }) },
  { weight: 1, arbitrary: fc.record({ aroundDeadline: fc.integer({ min: -4 * SECOND, max: 4 * SECOND }) }) },
);

/** Acts of some kinds with the same members, each with its gap. */
function steps(
  weight: number,
  kinds: Act['do'][],
  members: Record<string, fc.Arbitrary<unknown>>,
  after = gap,
): { weight: number; arbitrary: fc.Arbitrary<Step> } {
  const arbitrary = fc.record({ do: fc.constantFrom(...kinds), after, ...members });
  return { weight, arbitrary: arbitrary as unknown as fc.Arbitrary<Step> };
}

const step = fc.oneof(
  steps(12, ['sign', 'sign', 'sign', 'wrongCode', 'sms', 'sms', 'sms'], { person, loss }),
  steps(3, ['smsAll', 'smsAll', 'cancel'], { loss }),
  steps(6, ['signOnSite', 'signOnSite', 'wrongOnSite', 'smsOnSite', 'payOnSite'], { person }),
  steps(3, ['publish', 'publish', 'publish', 'delete', 'cancelOnSite'], {}),
  steps(3, ['poll', 'poll', 'again'], {}),
  steps(1, ['forget', 'remember'], {}),
  steps(1, ['kill'], { down: fc.nat(2 * MINUTE) }),
  steps(2, ['killRecorded'], {}),
  steps(1, ['outage'], {
    minutes: fc.integer({ min: 1, max: 180 }),
    loss: fc.constantFrom('reply', 'request', 'unreachable'),
  }),
  steps(2, ['resolve'], {
    action: fc.constantFrom('settle', 'settle', 'look_again', 'retrieve_again', 'accept', 'give_up'),
  }),
);

/** What a client may ask for. */
const contract = {
  seed: fc.nat(),
  people: fc.constantFrom(1, 1, 2, 2, 3),
  deposits: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(7) }),
  draft: rarely(6, true, false),
};

const anyPlan: fc.Arbitrary<Plan> = fc.record({
  ...contract,
  create: fc.oneof(
    { weight: 12, arbitrary: loss },
    { weight: 1, arbitrary: fc.constantFrom('refuse' as const, 'stall' as const) },
  ),
  deadline: fc.oneof(
    { weight: 1, arbitrary: fc.integer({ min: 2, max: 4 * 60 }) },
    { weight: 3, arbitrary: fc.integer({ min: 4 * 60, max: 300 * 60 }) },
  ),
  sealed: rarely(8, 40, 0),
  proof: fc.oneof(
    { weight: 6, arbitrary: fc.constant('passed' as const) },
    { weight: 1, arbitrary: fc.constantFrom('failed' as const, 'indeterminate' as const) },
  ),
  afreshAfter: fc.oneof(
    { weight: 4, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.integer({ min: 2, max: 20 }) },
  ),
  steps: fc.array(step, { minLength: 3, maxLength: 14 }),
  allSign: fc.boolean(),
});

/** Created without an answer, and an outage before it can be looked for: an operator must say what became of it. */
const uncertainPlan: fc.Arbitrary<Plan> = fc
  .record({
    plan: anyPlan,
    second: fc.integer({ min: 5, max: 40 }),
    minutes: fc.integer({ min: 70, max: 110 }),
  })
  .map(({ plan, second, minutes }) => ({
    ...plan,
    create: 'reply',
    steps: [
      { do: 'outage', after: { ms: second * SECOND }, minutes, loss: 'unreachable' },
      { do: 'resolve', after: { ms: 2 * HOUR }, action: 'settle' },
      ...plan.steps,
    ],
  }));

/** A contract and what happens to it. */
export const plans: fc.Arbitrary<Plan> = fc.oneof(
  { weight: 40, arbitrary: anyPlan },
  { weight: 1, arbitrary: uncertainPlan },
);

function rarely<T>(times: number, then: T, else_: T): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: times - 1, arbitrary: fc.constant(else_) },
    { weight: 1, arbitrary: fc.constant(then) },
  );
}

const calmGap = fc.record({ ms: fc.integer({ min: 10 * MINUTE, max: 24 * HOUR }) });
const calmLoss = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Loss>('none') },
  { weight: 4, arbitrary: fc.constantFrom<Loss>('reply', 'request', 'killDone') },
);

/** Plans in which one thing comes after the other: what becomes of them is the same whoever plays the server. */
export const calmPlans: fc.Arbitrary<Plan> = fc.record({
  ...contract,
  create: fc.oneof(
    { weight: 12, arbitrary: calmLoss },
    { weight: 1, arbitrary: fc.constant('refuse' as const) },
  ),
  deadline: fc.integer({ min: 40 * 60, max: 300 * 60 }),
  sealed: fc.constant(0),
  proof: fc.constant('passed' as const),
  afreshAfter: fc.constant(null),
  steps: fc.array(
    fc.oneof(
      steps(8, ['sign', 'sign', 'wrongCode', 'sms', 'sms'], { person, loss: calmLoss }, calmGap),
      steps(2, ['smsAll', 'smsAll', 'cancel'], { loss: calmLoss }, calmGap),
      steps(4, ['signOnSite', 'signOnSite', 'wrongOnSite', 'smsOnSite', 'payOnSite'], { person }, calmGap),
      steps(3, ['publish', 'publish', 'cancelOnSite', 'delete', 'poll'], {}, calmGap),
    ),
    { minLength: 3, maxLength: 12 },
  ),
  allSign: fc.constant(false),
});

import fc from 'fast-check';
import { acceptVirtual, type EventBody, type VirtualContract } from './virtual-contract.js';
import { faultsOf, type Loss, type Plan, type Platform, type Seen, type Step } from './lifecycle-model.js';
import type { StruckRequest } from './strikes.js';
import type { VirtualStack } from './virtual-stack.js';

const HOUR = 3_600_000;

const loss: fc.Arbitrary<Loss> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Loss>('none') },
  { weight: 3, arbitrary: fc.constant<Loss>('reply') },
  { weight: 1, arbitrary: fc.constant<Loss>('request') },
  { weight: 1, arbitrary: fc.constant<Loss>('worker') },
);
const personal = fc.constantFrom(
  'sign',
  'wrongCode',
  'sms',
  'sms',
  'sms',
  'signOnSite',
  'wrongOnSite',
  'smsOnSite',
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: personal, person: fc.nat(2), lose: loss }) as fc.Arbitrary<Step> },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('smsAll', 'cancel'), lose: loss }) as fc.Arbitrary<Step>,
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('cancelOnSite', 'publish', 'delete', 'poll'),
    }) as fc.Arbitrary<Step>,
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass'), hours: fc.nat(30) }) as fc.Arbitrary<Step> },
);

/** A contract and what happens to it. */
export const plans: fc.Arbitrary<Plan> = fc.record({
  people: fc.integer({ min: 1, max: 3 }),
  draft: fc.nat(4).map((one) => one === 0),
  refused: fc.nat(15).map((one) => one === 0),
  createLoss: loss,
  deadline: fc.integer({ min: 12, max: 300 }),
  steps: fc.array(step, { minLength: 2, maxLength: 12 }),
});

/** What went wrong with one plan. */
export interface Broken {
  plan: Plan;
  after: number;
  rules: string[];
  ours: Seen;
  there: Platform;
}

interface Run {
  plan: Plan;
  contract: VirtualContract;
}

const REQUESTS: Partial<Record<Step['do'], StruckRequest>> = {
  sign: 'sign',
  wrongCode: 'sign',
  sms: 'sendSms',
  smsAll: 'sendSmsToAll',
  cancel: 'cancel',
};

/** Runs many plans side by side, step by step, so that they share the virtual time; compares after each step. */
export async function runPlans(stack: VirtualStack, all: Plan[]): Promise<Broken[]> {
  const runs = await Promise.all(all.map((plan) => begin(stack, plan)));
  await settle(stack, runs);
  const broken = await compare(stack, runs, 0, false);
  const longest = Math.max(...all.map((plan) => plan.steps.length));
  for (let index = 0; index < longest; index += 1) {
    const hours = runs
      .map(({ plan }) => plan.steps[index])
      .map((one) => (one?.do === 'pass' ? one.hours : 0));
    const acts = runs.map((run) => act(stack, run, run.plan.steps[index]));
    await stack.settle(Promise.all(acts));
    await stack.pass(60_000 + HOUR * (hours.reduce((sum, one) => sum + one, 0) / Math.max(1, hours.length)));
    if (runs.some(({ plan }) => plan.steps[index]?.do === 'poll')) await stack.poll();
    broken.push(...(await compare(stack, runs, index + 1, false)));
  }
  await stack.poll();
  await settle(stack, runs);
  return [...broken, ...(await compare(stack, runs, longest + 1, true))];
}

async function begin(stack: VirtualStack, plan: Plan): Promise<Run> {
  const contract = await acceptVirtual(
    stack,
    { people: plan.people, action: plan.draft ? 'save' : 'submit', deadlineIn: plan.deadline * HOUR },
    false,
  );
  if (plan.refused) stack.strike(contract.id, 'create', 'refuse');
  else stack.strike(contract.id, 'create', plan.createLoss);
  await stack.starts.startContract(await contract.state());
  return { plan, contract };
}

async function act(stack: VirtualStack, { plan, contract }: Run, step: Step | undefined): Promise<void> {
  if (step === undefined || step.do === 'pass' || step.do === 'poll') return;
  const person = 'person' in step ? step.person % plan.people : 0;
  const wire = REQUESTS[step.do];
  if (wire !== undefined && 'lose' in step) stack.strike(contract.id, wire, step.lose);
  await deed(contract, step, person).catch(() => undefined);
}

function deed(contract: VirtualContract, step: Step, person: number): Promise<unknown> {
  switch (step.do) {
    case 'sign':
      return contract.sign(person);
    case 'wrongCode':
      return contract.sign(person, 'wrong');
    case 'sms':
      return contract.sendSms(person);
    case 'smsAll':
      return contract.sendSms(null);
    case 'cancel':
      return contract.cancel();
    case 'signOnSite':
      return contract.onSite('sign', person);
    case 'wrongOnSite':
      return contract.onSite('sign', person, { code: 'x' });
    case 'smsOnSite':
      return contract.onSite('sms', person);
    case 'cancelOnSite':
      return contract.onSite('cancel');
    default:
      return contract.onSite(step.do);
  }
}

/** Lets time pass until nothing is under way. */
async function settle(stack: VirtualStack, runs: Run[]): Promise<void> {
  const busy: string[] = [];
  const look = async (): Promise<boolean> => {
    const states = await Promise.all(runs.map(({ contract }) => contract.state()));
    const waiting = states.filter(({ status }) => status === 'accepted' || status === 'signed');
    busy.splice(0, busy.length, ...waiting.map(({ id, status }) => `${id} ${status}`));
    return waiting.length === 0;
  };
  await stack.until('all creations and retrievals are done', look).catch((error: Error) => {
    throw new Error(`${error.message}: ${busy.join(', ')}`);
  });
  await stack.pass(120_000);
}

async function compare(stack: VirtualStack, runs: Run[], after: number, quiet: boolean): Promise<Broken[]> {
  // Ours first: what the platform did since then can only be more.
  const told = await Promise.all(runs.map(({ contract }) => seen(contract)));
  const there = await platforms(stack);
  const found = runs.map(({ plan, contract }, index): Broken => {
    const ours = told[index]!;
    const copies = there.get(contract.id) ?? { status: null, signatories: [], copies: 0 };
    return { plan, after, ours, there: copies, rules: faultsOf(plan, ours, copies, after, quiet) };
  });
  return found.filter(({ rules }) => rules.length > 0);
}

async function seen(contract: VirtualContract): Promise<Seen> {
  const [state, events] = await Promise.all([contract.state(), contract.events()]);
  const told = events.map((event: EventBody) => ({
    type: event.type,
    sequence: event.sequence,
    status: event.data?.contract.status ?? 'accepted',
  }));
  return { status: state.status, signatories: state.signatories, told };
}

/** The twin's contracts by our id, found by the mark at the end of their label. */
async function platforms(stack: VirtualStack): Promise<Map<string, Platform>> {
  const { body } = await stack.twin.control('/contracts');
  const marks = stack.marks();
  const found = new Map<string, Platform>();
  for (const one of body.contracts as (Platform & { label: string })[]) {
    const id = marks.get(/\[[0-9a-f]+\]$/.exec(one.label)?.[0] ?? '');
    if (id === undefined) continue;
    const copies = (found.get(id)?.copies ?? 0) + 1;
    found.set(id, { status: one.status, signatories: one.signatories, copies });
  }
  return found;
}

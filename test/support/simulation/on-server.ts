import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import type { There } from './views.js';
import type { StruckRequest } from '../strikes.js';
import { acceptVirtual, type VirtualContract } from '../virtual-contract.js';
import type { VirtualStack } from '../virtual-stack.js';
import type { Outcome } from './life.js';
import { oursOf } from './observe.js';
import type { Act, Plan, Step } from './plan.js';

/** A plan as it went on Temporal's own server, where all share one time, and how it ended. */
export interface ServerLife {
  /** With the gaps and polls that it had there. */
  plan: Plan;
  outcome: Outcome;
}

interface Running {
  plan: Plan;
  contract: VirtualContract;
  steps: { step: Step | { do: 'poll' }; at: number }[];
  acceptedAt: number;
}

/** Runs plans side by side on the full stack, step by step, as they share the server's time. */
export async function liveOnServer(stack: VirtualStack, plans: Plan[]): Promise<ServerLife[]> {
  const running = await Promise.all(plans.map((plan) => begin(stack, plan)));
  await settle(stack, running);
  for (let index = 0; index < Math.max(...plans.map((plan) => plan.steps.length)); index += 1) {
    const steps = running.map(({ plan }) => plan.steps[index]);
    await stack.pass(meanGap(steps));
    const at = (await stack.clock.read()).getTime();
    await stack.settle(Promise.all(running.map((one) => take(stack, one, one.plan.steps[index], at))));
    if (steps.some((step) => step?.do === 'poll')) await poll(stack, running);
    await stack.pass(60_000);
  }
  await settle(stack, running);
  await stack.poll();
  await settle(stack, running);
  const views = await viewsOf(stack);
  return Promise.all(running.map((one) => endOf(stack, one, views)));
}

async function begin(stack: VirtualStack, plan: Plan): Promise<Running> {
  const deposit = [0, 1, 2].map((index) => (plan.deposits & (1 << index)) !== 0);
  const action = plan.draft ? 'save' : 'submit';
  const choices = { people: plan.people, action, deadlineIn: plan.deadline * 60_000, deposit } as const;
  const contract = await acceptVirtual(stack, choices, false);
  stack.strike(contract.id, 'create', STRIKES[plan.create] ?? 'none');
  const state = await contract.state();
  await stack.starts.startContract(state);
  return { plan, contract, steps: [], acceptedAt: Date.parse(state.createdAt) };
}

const STRIKES: Partial<Record<Plan['create'], 'none' | 'reply' | 'request' | 'worker' | 'refuse'>> = {
  reply: 'reply',
  request: 'request',
  killDone: 'worker',
  refuse: 'refuse',
};
const REQUESTS: Partial<Record<Act['do'], StruckRequest>> = {
  sign: 'sign',
  wrongCode: 'sign',
  sms: 'sendSms',
  smsAll: 'sendSmsToAll',
  cancel: 'cancel',
};

async function take(stack: VirtualStack, one: Running, step: Step | undefined, at: number): Promise<void> {
  if (step === undefined || step.do === 'poll') return;
  one.steps.push({ step, at });
  const request = REQUESTS[step.do];
  if (request !== undefined && 'loss' in step)
    stack.strike(one.contract.id, request, STRIKES[step.loss] ?? 'none');
  const person = 'person' in step ? step.person % one.plan.people : 0;
  // Nobody finds what is not there.
  if (request === undefined && !(await isThere(stack, one.contract))) return;
  await deed(one.contract, step, person).catch((error: unknown) => {
    if (!isRefusal(error)) throw error;
  });
}

async function isThere(stack: VirtualStack, contract: VirtualContract): Promise<boolean> {
  const { platformId } = await contract.state();
  if (platformId === null) return false;
  return (await stack.twin.control(`/contracts/${platformId}`)).status === 200;
}

/** What the workflow refuses, or one that is over, is part of life; a server that gives no answer is not. */
function isRefusal(error: unknown): boolean {
  return error instanceof WorkflowUpdateFailedError || error instanceof WorkflowNotFoundError;
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
      return contract.onSite('sign', person, { code: 'wrong' });
    case 'smsOnSite':
      return contract.onSite('sms', person);
    case 'payOnSite':
      return contract.onSite('pay', person);
    case 'cancelOnSite':
      return contract.onSite('cancel');
    default:
      return contract.onSite(step.do);
  }
}

async function poll(stack: VirtualStack, running: Running[]): Promise<void> {
  const at = (await stack.clock.read()).getTime();
  for (const one of running) one.steps.push({ step: { do: 'poll' }, at });
  await stack.poll();
}

function meanGap(steps: (Step | undefined)[]): number {
  const gaps = steps.map((step) => (step !== undefined && 'ms' in step.after ? step.after.ms : 0));
  return Math.round(gaps.reduce((sum, one) => sum + one, 0) / gaps.length);
}

/** Lets time pass until nothing is created or retrieved. */
async function settle(stack: VirtualStack, running: Running[]): Promise<void> {
  await stack.until('all creations and retrievals are done', async () => {
    const states = await Promise.all(running.map(({ contract }) => contract.state()));
    return states.every(({ status }) => status !== 'accepted' && status !== 'signed');
  });
  await stack.pass(180_000);
}

async function endOf(stack: VirtualStack, one: Running, views: Map<string, There>): Promise<ServerLife> {
  let last = one.acceptedAt;
  const steps = one.steps.map(({ step, at }) => {
    const after = { ms: at - last };
    last = at;
    return { ...step, after };
  });
  const ours = await oursOf(stack, { accepted: await one.contract.state() });
  const nothing = { status: null, signatories: [], copies: 0, publishedAt: null };
  return { plan: { ...one.plan, steps }, outcome: { ours, there: views.get(one.contract.id) ?? nothing } };
}

/** The twin's contracts by our id, found by the mark at the end of their label. */
async function viewsOf(stack: VirtualStack): Promise<Map<string, There>> {
  const { body } = await stack.twin.control('/contracts');
  const found = new Map<string, There>();
  for (const one of body.contracts as (There & { label: string })[]) {
    const id = stack.marks().get(/\[[0-9a-f]+\]$/.exec(one.label)?.[0] ?? '');
    if (id !== undefined) found.set(id, { ...one, copies: (found.get(id)?.copies ?? 0) + 1 });
  }
  return found;
}

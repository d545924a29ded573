import { createClient, type Client } from './client.js';
import { oursOf, refusedOf, thereOf } from './observe.js';
import { decide, honestDecision } from './operator.js';
import type { Act, Gap, Plan } from './plan.js';
import { faultsOf } from './reference.js';
import type { Ours, There } from './views.js';
import { actOnSite } from './site.js';
import { createWorld, WARNING_HOURS, type Ground, type World } from './world.js';

/** A life in which a rule was broken. */
export interface Broken {
  plan: Plan;
  rules: string[];
  /** Steps that had been taken; after all of them comes what goes on by itself. */
  after: number;
  ours: Ours | null;
  there: There | null;
  story: string[];
}

interface Life {
  ground: Ground;
  plan: Plan;
  world: World;
  client: Client;
  wrongOnSite: number[];
  heard: Outcome | null;
  /** The platform was made to forget it. */
  forgotten: boolean;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How a life went: where a rule was broken, and what it went through. */
export interface Lived {
  broken: Broken | null;
  marks: Set<string>;
  /** How it stood when all had been heard after the last step; null where it broke before. */
  heard: Outcome | null;
  story: string[];
}

/** How a contract stands, on both sides. */
export interface Outcome {
  ours: Ours;
  there: There;
}

/** Lives one plan from the accept to its end. */
export async function live(ground: Ground, plan: Plan): Promise<Lived> {
  const world = await createWorld(ground, plan);
  const client = createClient(ground, world);
  const life: Life = { ground, plan, world, client, wrongOnSite: [0, 0, 0], heard: null, forgotten: false };
  const broken = await go(life);
  return { broken, marks: world.marks, heard: life.heard, story: world.story };
}

/** @returns null when all rules held all the time */
async function go(life: Life): Promise<Broken | null> {
  const { world, plan } = life;
  try {
    for (const [index, step] of plan.steps.entries()) {
      await world.timeline.runUntil(instantOf(life, step.after));
      world.story.push(`step ${index + 1}: ${JSON.stringify(step)}`);
      await act(life, step);
      const broken = await compare(life, index + 1, false);
      if (broken !== null) return broken;
    }
    return await liveOn(life);
  } catch (error) {
    const rules = [(error as Error).stack ?? String(error)];
    return { plan, rules, after: -1, ours: null, there: thereOf(world), story: world.story };
  }
}

function deadlineOf({ world }: Life): number {
  return Date.parse(world.accepted.deadline);
}

function instantOf(life: Life, gap: Gap): number {
  const now = life.world.timeline.now();
  return 'ms' in gap ? now + gap.ms : Math.max(now, deadlineOf(life) + gap.aroundDeadline);
}

async function act(life: Life, step: Act): Promise<void> {
  const { ground, world, plan, client, wrongOnSite } = life;
  const person = 'person' in step ? step.person % plan.people : 0;
  switch (step.do) {
    case 'sign':
    case 'wrongCode':
    case 'sms':
    case 'smsAll':
    case 'cancel':
      return client.ask(step, person);
    case 'again':
      return client.again();
    case 'poll':
      return world.poll();
    case 'kill':
      return world.killWorker(step.down);
    case 'killRecorded':
      return world.network.strike('record', 'killDone');
    case 'outage':
      return world.network.outage(world.timeline.now() + step.minutes * MINUTE, step.loss);
    case 'remember':
      return world.network.forget(false);
    case 'forget':
      // Never while it is created, nor a draft: those that are gone are taken for deleted, and rightly.
      if ((await oursOf(ground, world)).status !== 'open') return;
      life.forgotten = true;
      return world.network.forget(true);
    case 'resolve':
      return decide(world, step.action);
    default:
      if (step.do === 'wrongOnSite') wrongOnSite[person]! += 1;
      return actOnSite(world, step.do, person);
  }
}

/** No more faults; whatever waits for a person gets one. Then the deadline, and the end of all. */
async function liveOn(life: Life): Promise<Broken | null> {
  const { world, plan } = life;
  const after = plan.steps.length;
  world.network.mend();
  world.network.forget(false);
  world.verdict('passed');
  world.story.push('no more faults');
  await settle(life);
  const heard = await compare(life, after + 1, true);
  if (heard !== null || world.contract.isOver()) return heard;
  if (plan.allSign) {
    await allSign(life);
    const signed = await compare(life, after + 1, true);
    if (signed !== null || world.contract.isOver()) return signed;
  }
  await world.timeline.runUntil(Math.max(world.timeline.now(), deadlineOf(life) + HOUR));
  world.story.push('the deadline is over');
  await settle(life);
  if (!world.contract.isOver()) {
    // A draft that was left behind is let go.
    await actOnSite(world, 'delete', 0);
    await settle(life);
  }
  return compare(life, after + 2, true);
}

async function allSign(life: Life): Promise<void> {
  const { world, plan } = life;
  await world.timeline.runUntil(world.timeline.now() + MINUTE);
  world.story.push('all sign');
  for (let person = 0; person < plan.people; person += 1) {
    await actOnSite(world, 'payOnSite', person);
    await actOnSite(world, 'signOnSite', person);
  }
  await settle(life);
}

/** Polls, and lets an operator decide, until nothing is under way and nobody is needed. */
async function settle(life: Life): Promise<void> {
  const { world, ground } = life;
  const { timeline } = world;
  for (let round = 0; round < 5; round += 1) {
    world.poll();
    await untilQuiet(world);
    const { status, reason, signed } = await oursOf(ground, world);
    if (status === 'attention') decide(world, honestDecision(reason, signed));
    else if (status === 'signed') await timeline.runUntil(timeline.now() + 2 * HOUR);
    else if (round > 0) return;
  }
}

async function untilQuiet(world: World): Promise<void> {
  const { timeline } = world;
  const patience = timeline.now() + 12 * HOUR;
  for (let pause = 100; pause === 100 || !world.isQuiet(); pause = Math.min(10 * MINUTE, pause * 2)) {
    if (timeline.now() > patience) throw new Error('something is still under way');
    await timeline.runUntil(timeline.now() + pause);
  }
}

async function compare(life: Life, after: number, quiet: boolean): Promise<Broken | null> {
  const { ground, world, plan, client, wrongOnSite } = life;
  const ours = await oursOf(ground, world);
  const there = thereOf(world);
  if (quiet) life.heard ??= { ours, there };
  for (const { type, reason } of ours.told) world.marks.add(type).add(`${type} ${reason ?? ''}`);
  const rules = faultsOf(ours, there, {
    people: plan.people,
    deposits: plan.deposits,
    deadline: deadlineOf(life),
    createdAt: Date.parse(world.accepted.createdAt),
    now: world.timeline.now(),
    asked: client.asked,
    wrongOnSite,
    refused: refusedOf(world),
    forgotten: life.forgotten,
    warningHours: WARNING_HOURS,
    quiet,
  });
  if (after > plan.steps.length + 1) rules.push(...lastRules(ours, world));
  return rules.length === 0 ? null : { plan, rules, after, ours, there, story: world.story };
}

/** Every life ends, in one of four ways, and nothing of it is left in Temporal. */
function lastRules({ told }: Ours, { contract }: World): string[] {
  const ends = told.filter(({ type }) => /^contract\.(completed|cancelled|expired|rejected)$/.test(type));
  return [
    ...(ends.length === 1 ? [] : ['it ends once']),
    ...(contract.isOver() ? [] : ['its workflow ends']),
  ];
}

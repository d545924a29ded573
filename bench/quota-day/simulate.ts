import { publishingPlan } from '../../domain/quota/publishing-plan.js';
import { learnProfile, pays, pollInterval } from '../../domain/watch/plan.js';
import { createSimulatedLedger, type SimulatedLedger } from './ledger.js';
import { signingTime, type Draw } from './people.js';

const HOUR_MS = 3_600_000;
/** As activities/failures.ts: what waits looks again at least this often. */
const LONGEST_PAUSE_MS = 15 * 60_000;
const LATENCY_MS = 300;

export interface SimulatedContract {
  name: string;
  arrives: number;
  deadline: number;
  /** Drafts are published by hand, beyond this week. */
  draft?: boolean;
  estimate?: number;
  published?: number;
  lastSigned?: number;
  firstSigned?: number;
  progressSeen?: boolean;
  handed?: boolean;
  completed?: number;
}

interface Event {
  at: number;
  run: (at: number) => void;
}

export interface Outcome {
  ledger: SimulatedLedger;
  contracts: SimulatedContract[];
  polls: number;
}

/** Everything that the parts of a simulation share. */
interface World {
  contracts: SimulatedContract[];
  limit: number;
  draw: Draw;
  ledger: SimulatedLedger;
  queue: SimulatedContract[];
  signatures: number[];
  polls: number;
  later: (at: number, run: (at: number) => void) => void;
}

/**
 * The publishing queue, the watch and the retrievals over virtual time, with the product's own quota policy, plan of
 * publishing and plan of polling; signatures happen on the site.
 */
export function simulate(contracts: SimulatedContract[], limit: number, until: number, draw: Draw): Outcome {
  const events: Event[] = [];
  const later = (at: number, run: (at: number) => void): void => {
    let low = 0;
    let high = events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (events[middle]!.at > at) low = middle + 1;
      else high = middle;
    }
    events.splice(low, 0, { at, run });
  };
  const ledger = createSimulatedLedger(limit);
  const world: World = { contracts, limit, draw, ledger, queue: [], signatures: [], polls: 0, later };
  const groups = new Map<number, SimulatedContract[]>();
  for (const contract of contracts)
    groups.set(contract.arrives, [...(groups.get(contract.arrives) ?? []), contract]);
  for (const [at, group] of groups) later(at, (now) => arrive(world, group, now));
  later(0, (now) => poll(world, now));
  for (let event = events.pop(); event !== undefined && event.at <= until; event = events.pop())
    event.run(event.at);
  return { ledger, contracts, polls: world.polls };
}

function arrive(world: World, group: SimulatedContract[], now: number): void {
  const { queue, ledger, limit } = world;
  queue.push(...group);
  queue.sort((a, b) => a.deadline - b.deadline || a.arrives - b.arrives);
  const plan = publishingPlan(ledger.window(now), limit, queue.length, now);
  for (const contract of group) contract.estimate = plan[queue.indexOf(contract)] ?? now;
  for (const contract of group) create(world, contract, now);
}

function create(world: World, contract: SimulatedContract, now: number): void {
  const { queue, ledger, later, draw, signatures } = world;
  const rank = queue.indexOf(contract);
  const wait = ledger.take({ operation: 'create', rank }, now);
  if (wait !== null) return later(now + pauseTo(wait, now), (at) => create(world, contract, at));
  queue.splice(rank, 1);
  contract.published = now;
  if (contract.draft === true) return;
  const [first, last] = [signingTime(now, draw), signingTime(now, draw)].sort((a, b) => a - b) as [
    number,
    number,
  ];
  contract.firstSigned = first;
  contract.lastSigned = last;
  for (const at of [first, last]) later(at, () => signatures.push(at));
}

function retrieve(world: World, contract: SimulatedContract, now: number): void {
  const wait = world.ledger.take({ operation: 'detail' }, now);
  if (wait !== null) return world.later(now + pauseTo(wait, now), (at) => retrieve(world, contract, at));
  contract.completed = now + LATENCY_MS;
}

function poll(world: World, now: number): void {
  if (world.ledger.take({ operation: 'list' }, now) === null) {
    world.polls += 1;
    hear(world, now);
  }
  world.later(now + nextPoll(world, now), (at) => poll(world, at));
}

function hear(world: World, now: number): void {
  const { contracts, ledger, limit, later } = world;
  const others = ledger.window(now).filter((call) => call.operation !== 'list').length;
  for (const contract of contracts) {
    if (contract.published === undefined || contract.handed === true) continue;
    const isProgress = (contract.firstSigned ?? Infinity) <= now && contract.progressSeen !== true;
    if ((contract.lastSigned ?? Infinity) <= now) {
      contract.handed = true;
      later(now + LATENCY_MS, (at) => retrieve(world, contract, at));
    } else if (isProgress && pays(limit, others)) {
      contract.progressSeen = true;
      ledger.take({ operation: 'detail' }, now);
    }
  }
}

function nextPoll({ ledger, limit, queue, signatures }: World, now: number): number {
  const window = ledger.window(now);
  const byHour = Array.from({ length: 24 }, () => 0);
  for (const at of signatures) byHour[Math.floor(at / HOUR_MS) % 24]! += 1;
  return pollInterval({
    limit,
    otherCalls: window.filter((call) => call.operation !== 'list').length,
    used: window.length,
    creations: window.filter((call) => call.operation === 'create').length,
    queued: queue.length,
    hour: Math.floor(now / HOUR_MS) % 24,
    profile: learnProfile(byHour),
    minIntervalMs: 5_000,
    maxIntervalMs: 1_800_000,
  });
}

function pauseTo(slot: number, now: number): number {
  return Math.max(100, Math.min(LONGEST_PAUSE_MS, slot - now));
}

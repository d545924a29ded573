import type pg from 'pg';
import type { Archive } from '../../../adapters/archive/archive.js';
import type { ContractState } from '../../../domain/contract/state.js';
import { contractStart } from '../../../domain/start-options.js';
import type { Vault } from '../../../runtime/vault.js';
import { ensureConnection } from '../../../store/connections.js';
import type { Database } from '../../../store/database.js';
import { storeContract } from '../virtual-contract.js';
import { createDice, type Dice } from './dice.js';
import { startExecution, type Execution } from './execution.js';
import { createNetwork, type Network } from './network.js';
import type { Plan } from './plan.js';
import { createTimeline, type Timeline } from './timeline.js';
import { createProcessTwin, type ProcessTwin } from './twin-in-process.js';
import type { OpenHost } from './workflow-host.js';
import { createWorker } from './worker.js';

/** What all worlds share. */
export interface Ground {
  db: Database;
  /** As the api. */
  pool: pg.Pool;
  vault: Vault;
  archive: Pick<Archive, 'put'>;
  clientId: string;
  openHost: OpenHost;
}

/** One contract with a platform account, a worker and a time of its own. */
export interface World {
  timeline: Timeline;
  dice: Dice;
  twin: ProcessTwin;
  network: Network;
  contract: Execution;
  accepted: ContractState;
  /** Begins a turn of the watch. */
  poll: () => void;
  killWorker: (downMs: number) => void;
  /** What a verification says from now on. */
  verdict: (verdict: Plan['proof']) => void;
  /** Nothing is under way but timers. */
  isQuiet: () => boolean;
  /** What happened, in order. */
  story: string[];
  /** What it went through, for a look at what the plans of a run have reached. */
  marks: Set<string>;
}

export const LIMITS = { sms: 5, attempts: 5 };
export const WARNING_HOURS = [72, 24];
/** All worlds begin at the same time; nothing in them knows another. */
const START = Date.parse('2026-03-02T08:00:00.000Z');

let worlds = 0;

/** Begins a life: the contract is accepted as the api does it, and its workflow started. */
export async function createWorld(ground: Ground, plan: Plan): Promise<World> {
  const timeline = createTimeline(START);
  const dice = createDice(plan.seed);
  const story: string[] = [];
  const marks = new Set<string>();
  const trace = (what: string): void => {
    story.push(`${new Date(timeline.now()).toISOString().slice(5, -1)} ${what}`);
  };
  worlds += 1;
  const user = `simulated-${process.pid}-${worlds}`;
  const seal = (document: Uint8Array): Promise<Uint8Array> =>
    sealLater(timeline, plan.sealed * 60_000, document);
  const twin = createProcessTwin({ user, now: timeline.now, limits: LIMITS, seal });
  const connection = await ensureConnection(
    ground.db,
    {
      url: 'http://platform.invalid',
      apiUser: user,
      environment: 'production',
      dailyQuota: null,
      smsLimit: LIMITS.sms,
      attemptLimit: LIMITS.attempts,
      timeZone: 'Europe/Paris',
    },
    new Date(timeline.now()),
  );
  let contract: Execution | null = null;
  let upAt = 0;
  const killWorker = (downMs: number): void => {
    trace('the worker is killed');
    upAt = timeline.now() + downMs;
    timeline.killWorker();
    worker.killed();
    contract?.workerKilled();
  };
  const workerIn = (): number => Math.max(0, upAt - timeline.now());
  const network = createNetwork({
    timeline,
    dice,
    trace,
    marks,
    platform: twin.platform,
    killWorker: () => killWorker(dice.below(30_000)),
  });
  const worker = createWorker({
    ...ground,
    timeline,
    dice,
    trace,
    network,
    connection,
    killWorker: () => killWorker(dice.below(30_000)),
    workerIn,
    signal: (name, argument) => contract?.signal(name, argument) ?? false,
    proof: plan.proof,
  });
  const stack = { ...ground, connection, clock: { read: () => Promise.resolve(new Date(timeline.now())) } };
  const accepted = await storeContract(stack, {
    people: plan.people,
    action: plan.draft ? 'save' : 'submit',
    deadlineIn: plan.deadline * 60_000,
    deposit: [0, 1, 2].map((index) => (plan.deposits & (1 << index)) !== 0),
  });
  network.strike('create', plan.create);
  const { args } = contractStart(accepted, { taskQueue: 'simulation', warningHours: WARNING_HOURS });
  const { openHost } = ground;
  const { activities, mayDie } = worker;
  const deps = {
    timeline,
    dice,
    trace,
    marks,
    activities,
    workerIn,
    openHost,
    mayDie,
    afreshAfter: plan.afreshAfter,
  };
  contract = startExecution(deps, accepted.id, 'contract', args[0]);
  const { isQuiet } = contract;
  return {
    timeline,
    dice,
    twin,
    network,
    contract,
    accepted,
    killWorker,
    story,
    marks,
    poll: worker.poll,
    verdict: worker.verdict,
    isQuiet: () => isQuiet() && worker.isQuiet(),
  };
}

/** The platform seals in its own time; what waits for it goes on before anything else does. */
function sealLater(timeline: Timeline, ms: number, document: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve) => {
    timeline.at(ms, () => {
      resolve(Buffer.concat([document, Buffer.from('\n% sealed')]));
      return new Promise((settled) => setImmediate(settled));
    });
  });
}

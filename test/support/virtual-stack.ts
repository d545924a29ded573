import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { createCancelActivities } from '../../activities/cancel-contract.js';
import { createCreationActivities } from '../../activities/create-contract.js';
import { createLookActivities } from '../../activities/look.js';
import { createGate } from '../../activities/platform-gate.js';
import { createRecordActivities } from '../../activities/record.js';
import type { Verify } from '../../activities/prove-document.js';
import { createRetrieveActivities } from '../../activities/retrieve.js';
import { createSigningActivities } from '../../activities/signing.js';
import { createWatchActivities, type WatchTurn } from '../../activities/watch.js';
import { createArchive } from '../../adapters/archive/create-archive.js';
import { createPlatform } from '../../adapters/platform/client.js';
import type { Limits } from '../../domain/contract/state.js';
import { createVault, type Vault } from '../../runtime/vault.js';
import { ensureConnection, type Connection } from '../../store/connections.js';
import { createDatabase, type Database } from '../../store/database.js';
import { createStarts, type Starts } from '../../worker/temporal-client.js';
import type pg from 'pg';
import { insertClient } from './insert-client.js';
import { createTestDatabase } from './postgres.js';
import { createTimeSkippingEnvironment, uniqueName } from './temporal.js';
import { KEY, startTwin, USER, type TestTwin } from './twin.js';
import {
  installRuntime,
  registerSearchAttributes,
  startWorker,
  type RunningWorker,
} from './virtual-worker.js';
import { workflowBundle } from './workflow-bundle.js';
import { recordHistories } from './record-histories.js';
import { createStrikes, type Strikes } from './strikes.js';
import { createVirtualClock, type VirtualClock } from './virtual-clock.js';

export interface VirtualStackOptions {
  /** Requests in 24 hours for us and for the twin; null: none. */
  quota?: number | null;
  limits?: Partial<Limits>;
  verify?: Verify;
  graceMs?: number;
  warningHours?: number[];
  /** Hours of the connection's day in which polls are as slow as they may be. */
  night?: { from: number; to: number };
  /** No workflow is kept in the worker: each task replays its history, as after a restart. */
  forgetful?: boolean;
}

/** The product's own activities and workflows over a real database and a twin, all in virtual time. */
export interface VirtualStack {
  env: TestWorkflowEnvironment;
  db: Database;
  /** As the api. */
  pool: pg.Pool;
  vault: Vault;
  twin: TestTwin;
  clock: VirtualClock;
  connection: Connection;
  clientId: string;
  taskQueue: string;
  starts: Starts;
  /** Lets virtual time pass. */
  pass: (ms: number) => Promise<void>;
  /** Lets virtual time pass, first a second at a time, until what was asked is answered. */
  settle: <T>(asked: Promise<T>) => Promise<T>;
  /** Lets virtual time pass until something is seen. */
  until: (what: string, look: () => Promise<boolean>) => Promise<void>;
  /** One turn of the watch. */
  poll: () => Promise<WatchTurn>;
  /** The next end of this activity is lost, as when the worker is killed after it: it was done and is tried again. */
  killAfter: (activity: string, times?: number) => void;
  /** From now on the platform does not know this contract. */
  forget: (platformId: string) => void;
  /** The next details of this contract show it as it was before anybody signed. */
  stale: Strikes['stale'];
  /** What the next request of this kind, for one contract alone, comes to. */
  strike: Strikes['strike'];
  /** Makes a contract known to strikes, by the mark of its label. */
  expect: Strikes['expect'];
  marks: Strikes['marks'];
  /** Orders a fault of the twin; without times it lasts until `mend`. */
  fault: (request: string, kind: string, more?: object) => Promise<void>;
  mend: () => Promise<void>;
  close: () => Promise<void>;
}

/** A seal that only says that it is one; `failed` for anything else. */
export const verifyPlainSeal: Verify = ({ signed }) =>
  Promise.resolve(
    Buffer.from(signed).includes('% sealed')
      ? { verification: 'passed', reason: null }
      : { verification: 'failed', reason: 'not_signed' },
  );

export async function createVirtualStack(options: VirtualStackOptions = {}): Promise<VirtualStack> {
  installRuntime();
  const [env, database, home, workflows] = await Promise.all([
    createTimeSkippingEnvironment(),
    createTestDatabase(),
    mkdtemp(join(tmpdir(), 'paraphe-virtual-')),
    workflowBundle(),
  ]);
  await registerSearchAttributes(env);
  const clock = createVirtualClock(env);
  await clock.read();
  const quota = options.quota ?? null;
  const limits = { sms: 5, attempts: 5, refuseSms: true, ...options.limits };
  const twin = await startTwin({
    baseTime: clock.ms,
    rules: 'production',
    account: { user: USER, key: KEY, quota, smsLimit: limits.sms, attemptLimit: limits.attempts },
  });
  const { db } = createDatabase(database.url, 'paraphe_worker', 16);
  const api = createDatabase(database.url, 'paraphe_api', 8);
  const vault = createVault(randomBytes(32));
  const settings = { url: twin.url, apiUser: USER, environment: 'production', dailyQuota: quota } as const;
  const connection = await ensureConnection(
    db,
    { ...settings, smsLimit: limits.sms, attemptLimit: limits.attempts, timeZone: 'Europe/Paris' },
    clock.now(),
  );
  const taskQueue = uniqueName('virtual');
  const warningHours = options.warningHours ?? [72, 24];
  const starts = createStarts(env.client, { taskQueue, warningHours, connectionId: connection.id });
  const strikes = createStrikes();
  const platform = strikes.platform(
    createPlatform({
      url: twin.url,
      apiUser: USER,
      apiKey: KEY,
      timeoutMs: 20_000,
      maxAnswerBytes: 50_000_000,
    }),
  );
  const gate = createGate({ db, clock, connection, platform });
  const base = { db, clock, gate, vault };
  const archive = createArchive(`file://${home}`);
  const intervals = { minMs: 60_000, maxMs: 1_800_000, night: options.night ?? null };
  const watching = createWatchActivities({ ...base, connection, intervals, signalSeen: starts.signalSeen });
  const kills = new Map<string, number>();
  const activities = watchedActivities(clock, strikes, kills, {
    ...createCreationActivities({ ...base, graceMs: options.graceMs ?? 60_000 }),
    ...createSigningActivities(base),
    ...createCancelActivities(base),
    ...createLookActivities(base),
    ...createRetrieveActivities({ ...base, archive, verify: options.verify ?? verifyPlainSeal }),
    ...createRecordActivities({ db, clock, onEvents: () => undefined }),
    ...watching,
  });
  const newWorker = (): Promise<RunningWorker> =>
    startWorker(env, workflows, taskQueue, activities, options.forgetful);
  let worker = await newWorker();
  const clientId = await insertClient(db, clock.now());
  const pass = async (ms: number): Promise<void> => {
    // Seals take real time, which would be many virtual hours.
    while ((await twin.control('/health')).body.sealing > 0) await new Promise((go) => setTimeout(go, 20));
    await worker.quiet();
    await env.sleep(ms);
    await worker.quiet();
    await clock.read();
  };
  return {
    env,
    db,
    pool: api.pool,
    vault,
    twin,
    clock,
    connection,
    clientId,
    taskQueue,
    starts,
    pass,
    settle: (asked) => passUntil(asked, pass),
    async until(what, look) {
      const end = clock.ms() + PATIENCE_MS;
      for (let step = 500; !(await look()); step = Math.min(60_000, step * 1.3)) {
        if (clock.ms() > end) throw new Error(`not seen in virtual time: ${what}`);
        await pass(step);
      }
    },
    async poll() {
      await clock.read();
      return watching.watchTurn();
    },
    killAfter(activity, times = 1) {
      kills.set(activity, times);
    },
    forget: strikes.forget,
    stale: strikes.stale,
    strike: strikes.strike,
    expect: strikes.expect,
    marks: strikes.marks,
    async fault(request, kind, more = {}) {
      const { status } = await twin.control('/faults', { request, kind, ...more });
      if (status !== 201) throw new Error(`no fault: ${status}`);
    },
    async mend() {
      await twin.control('/faults', undefined, 'DELETE');
    },
    async close() {
      if (process.env['RECORD_HISTORIES'] !== undefined) await recordHistories(db, env.client);
      await worker.stop();
      await twin.close();
      await Promise.all([db.destroy(), api.db.destroy()]);
      await env.teardown();
      await Promise.all([database.drop(), rm(home, { recursive: true }), rm(twin.home, { recursive: true })]);
    },
  };
}

/** So much virtual time a test waits for something. */
const PATIENCE_MS = 4 * 3_600_000;

type Activities = Record<string, (...args: never[]) => Promise<unknown>>;

/** Reads the time before each activity, and loses the ends that a test asked to lose. */
function watchedActivities(
  clock: VirtualClock,
  strikes: Strikes,
  kills: Map<string, number>,
  all: object,
): Activities {
  const wrapped = Object.entries(all as Activities).map(([name, run]) => [
    name,
    async (...args: never[]) => {
      await clock.read();
      const result = await run(...args);
      if (strikes.kills(name, args[0])) throw new Error('the worker was killed');
      const left = kills.get(name) ?? 0;
      if (left === 0) return result;
      kills.set(name, left - 1);
      throw new Error('the worker was killed');
    },
  ]);
  return Object.fromEntries(wrapped) as Activities;
}

async function passUntil<T>(asked: Promise<T>, pass: (ms: number) => Promise<void>): Promise<T> {
  const progress = { open: true };
  const done = asked.finally(() => {
    progress.open = false;
  });
  done.catch(() => undefined);
  await new Promise((go) => setTimeout(go, 30));
  for (let step = 1_000; progress.open; step = Math.min(60_000, step * 1.1)) await pass(step);
  return done;
}

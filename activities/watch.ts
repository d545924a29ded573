import type { ListedContract } from '../domain/platform.js';
import type { Seen } from '../domain/messages.js';
import { learnProfile, pays, pollInterval } from '../domain/watch/plan.js';
import type { Clock } from '../runtime/clock.js';
import type { Connection } from '../store/connections.js';
import type { Database } from '../store/database.js';
import { callsInWindow } from '../store/platform-calls.js';
import {
  markSeen,
  queuedContracts,
  signaturesByHour,
  watchedContracts,
  type WatchedContract,
} from '../store/watched.js';
import { tryAgain } from './failures.js';
import type { Gate } from './platform-gate.js';

export interface WatchDeps {
  db: Database;
  gate: Gate;
  clock: Clock;
  connection: Connection;
  intervals: { minMs: number; maxMs: number };
  /** Hands news to a contract's workflow. @returns false when it runs no more */
  signalSeen: (contractId: string, seen: Seen) => Promise<boolean>;
}

export interface WatchTurn {
  waiting: number;
  changed: number;
  used: number;
  /** Pause before the next turn, in milliseconds. */
  nextInMs: number;
}

/** The platform's clock may be behind ours by this much when its list is asked from a time on. */
const CLOCK_MARGIN_MS = 600_000;
/** Workflows that are signalled at once. */
const AT_ONCE = 20;

/** One list for all contracts that wait; its cost does not grow with their number (design.md, *The watch*). */
export function createWatchActivities(deps: WatchDeps): { watchTurn: () => Promise<WatchTurn> } {
  return {
    async watchTurn() {
      const watched = await watchedContracts(deps.db, deps.connection.id);
      const changed = watched.length === 0 ? 0 : await lookAtAll(deps, watched);
      return plan(deps, watched.length, changed);
    },
  };
}

async function lookAtAll(deps: WatchDeps, watched: WatchedContract[]): Promise<number> {
  const oldest = Math.min(...watched.map((contract) => contract.createdAt.getTime()));
  const from = new Date(oldest - CLOCK_MARGIN_MS).toISOString();
  const deed = { operation: 'list', contractId: null, intent: null } as const;
  const listed = await deps
    .gate(deed, (platform) => platform.list({ from }))
    .catch((error: unknown) => {
      throw tryAgain(error, deps.clock.now().getTime());
    });
  const byId = new Map(listed.map((contract) => [contract.platformId, contract]));
  const news = watched.filter((contract) => isNews(contract, byId.get(contract.platformId)));
  const worthALook = await hasDetailsToSpare(deps, watched.length);
  for (let start = 0; start < news.length; start += AT_ONCE) {
    const batch = news.slice(start, start + AT_ONCE);
    await Promise.all(
      batch.map((contract) => hand(deps, contract, byId.get(contract.platformId), worthALook)),
    );
  }
  return news.length;
}

/** Entries of the platform's log that belong to the creation itself come within this time. */
const CREATION_SPAN_MS = 5_000;

function isNews(contract: WatchedContract, listed: ListedContract | undefined): boolean {
  if (listed === undefined) return contract.seenStatus !== 'absent';
  if (contract.seenStatus === null && untouched(contract, listed)) return false;
  return listed.status !== contract.seenStatus || listed.updatedAt !== contract.seenUpdatedAt;
}

/** Nothing has happened there since we created it: no detail is worth spending on it. */
function untouched({ status }: WatchedContract, listed: ListedContract): boolean {
  const age = Date.parse(listed.updatedAt) - Date.parse(listed.createdAt);
  return listed.status === (status === 'draft' ? 'draft' : 'submitted') && age < CREATION_SPAN_MS;
}

async function hand(
  { db, signalSeen }: WatchDeps,
  { id }: WatchedContract,
  listed: ListedContract | undefined,
  worthALook: boolean,
): Promise<void> {
  const status = listed?.status ?? 'absent';
  const updatedAt = listed?.updatedAt ?? null;
  await signalSeen(id, { status, updatedAt, worthALook });
  // After the signal: killed in between, it is told twice, never not at all.
  await markSeen(db, id, status, updatedAt);
}

async function hasDetailsToSpare({ db, clock, connection }: WatchDeps, waiting: number): Promise<boolean> {
  if (connection.dailyQuota === null) return true;
  const calls = await callsInWindow(db, connection.id, clock.now());
  return pays(connection.dailyQuota, calls.length, waiting);
}

async function plan(deps: WatchDeps, waiting: number, changed: number): Promise<WatchTurn> {
  const { db, clock, connection, intervals } = deps;
  const now = clock.now();
  const calls = connection.dailyQuota === null ? [] : await callsInWindow(db, connection.id, now);
  const polls = calls.filter((call) => call.operation === 'list' || call.operation === 'check').length;
  const nextInMs = pollInterval({
    limit: connection.dailyQuota,
    otherCalls: calls.length - polls,
    creations: calls.filter((call) => call.operation === 'create').length,
    queued: await queuedContracts(db, connection.id),
    hour: hourIn(connection.timeZone, now),
    profile: learnProfile(await signaturesByHour(db, connection.timeZone, now)),
    minIntervalMs: intervals.minMs,
    maxIntervalMs: intervals.maxMs,
  });
  return { waiting, changed, used: calls.length, nextInMs };
}

function hourIn(timeZone: string, at: Date): number {
  const hour = new Intl.DateTimeFormat('en-GB', { timeZone, hour: 'numeric', hour12: false }).format(at);
  return Number(hour) % 24;
}

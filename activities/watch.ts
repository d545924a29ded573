import { hourIn } from '../domain/deadline.js';
import { PlatformRefusal, PlatformUncertain, type ListedContract } from '../domain/platform.js';
import type { EventType } from '../domain/events.js';
import type { Seen } from '../domain/messages.js';
import { learnProfile, pays, pollInterval } from '../domain/watch/plan.js';
import type { Clock } from '../runtime/clock.js';
import type { Logger } from '../runtime/logger.js';
import type { Connection } from '../store/connections.js';
import type { Database } from '../store/database.js';
import { notifyClients } from '../store/notify-clients.js';
import { callsInWindow } from '../store/platform-calls.js';
import {
  markSeen,
  queuedContracts,
  signaturesByHour,
  watchedContracts,
  type WatchedContract,
} from '../store/watched.js';
import { withGrowingPauses } from './growing-pauses.js';
import { QuotaWait, type Gate } from './platform-gate.js';

export interface WatchDeps {
  db: Database;
  gate: Gate;
  clock: Clock;
  connection: Connection;
  intervals: { minMs: number; maxMs: number; night?: { from: number; to: number } | null };
  /** Hands news to a contract's workflow. @returns false when it runs no more */
  signalSeen: (contractId: string, seen: Seen) => Promise<boolean>;
  logger?: Pick<Logger, 'warn'>;
  /** Told that events wait to be delivered. */
  onEvents?: () => void;
}

/** `skipped`: the quota had no slot; `unavailable`: the platform gave no answer. Both wait for the next turn. */
export type PollOutcome = 'looked' | 'nothing_waits' | 'skipped' | 'unavailable';

export interface WatchTurn {
  outcome: PollOutcome;
  waiting: number;
  changed: number;
  /** Requests in the last window, and how many of them were no polls. */
  used: number;
  otherCalls: number;
  limit: number | null;
  /** Pause before the next turn, and the shortest that a nudge may make of it, in milliseconds. */
  nextInMs: number;
  soonestInMs: number;
}

/** What the watch tells the clients of its platform account. */
export interface AccountNews {
  type: EventType;
  data: Record<string, unknown>;
  at: string;
}

export interface WatchActivities {
  watchTurn: () => Promise<WatchTurn>;
  tellClients: (news: AccountNews) => Promise<void>;
}

/** The platform's clock may be behind ours by this much when its list is asked from a time on. */
const CLOCK_MARGIN_MS = 600_000;
/** Workflows that are signalled at once. */
const AT_ONCE = 20;
/** A nudge brings the next poll forward to this part of the pause, never below the shortest. */
const NUDGED_PART = 0.25;

/** One list for all contracts that wait; its cost does not grow with their number (design.md, *The watch*). */
export function createWatchActivities(deps: WatchDeps): WatchActivities {
  return {
    watchTurn: withGrowingPauses<void, WatchTurn>(async () => {
      const watched = await watchedContracts(deps.db, deps.connection.id);
      const poll = await lookAtAll(deps, watched);
      return plan(deps, watched.length, poll);
    }),
    async tellClients({ type, data, at }) {
      await notifyClients(deps.db, deps.connection, type, data, new Date(at));
      deps.onEvents?.();
    },
  };
}

interface Poll {
  outcome: PollOutcome;
  changed: number;
}

async function lookAtAll(deps: WatchDeps, watched: WatchedContract[]): Promise<Poll> {
  if (watched.length === 0) return { outcome: 'nothing_waits', changed: 0 };
  const oldest = Math.min(...watched.map((contract) => contract.createdAt.getTime()));
  const from = new Date(oldest - CLOCK_MARGIN_MS).toISOString();
  const deed = { operation: 'list', contractId: null, intent: null } as const;
  try {
    const listed = await deps.gate(deed, (platform) => platform.list({ from }));
    return { outcome: 'looked', changed: await handNews(deps, watched, listed) };
  } catch (error) {
    // Asked again at once it would cost the quota as much as a turn: the next turn comes anyway.
    if (error instanceof QuotaWait) return { outcome: 'skipped', changed: 0 };
    if (error instanceof PlatformUncertain) return { outcome: 'unavailable', changed: 0 };
    if (error instanceof PlatformRefusal)
      return { outcome: error.code === 'quota_exceeded' ? 'skipped' : 'unavailable', changed: 0 };
    throw error;
  }
}

async function handNews(
  deps: WatchDeps,
  watched: WatchedContract[],
  listed: ListedContract[],
): Promise<number> {
  const byId = new Map(listed.map((contract) => [contract.platformId, contract]));
  const worthALook = await hasDetailsToSpare(deps);
  const birthMs = deps.connection.dailyQuota === null ? BIRTH_MS.none : BIRTH_MS.quota;
  const news = watched.filter((one) => isNews(one, byId.get(one.platformId), worthALook, birthMs));
  const isThere = ({ platformId }: WatchedContract): boolean => byId.has(platformId);
  const mostGone = deps.connection.dailyQuota === null ? Infinity : GONE_AT_ONCE;
  await handUpTo(deps, news.filter(isThere), byId, Infinity);
  await handUpTo(
    deps,
    news.filter((one) => !isThere(one)),
    byId,
    mostGone,
  );
  return news.length;
}

/** Until so many have heard it. */
async function handUpTo(
  deps: WatchDeps,
  news: WatchedContract[],
  byId: Map<string, ListedContract>,
  most: number,
): Promise<void> {
  let heard = 0;
  for (let next = 0; next < news.length && heard < most;) {
    const batch = news.slice(next, next + Math.min(AT_ONCE, most - heard));
    const answers = await Promise.all(
      batch.map((contract) => hand(deps, contract, byId.get(contract.platformId))),
    );
    heard += answers.filter(Boolean).length;
    next += batch.length;
  }
}

/** Contracts missing from one list that are looked at because of it: an answer may be cut, and each look is a request. */
const GONE_AT_ONCE = 10;

/**
 * Entries of the platform's log that belong to the creation itself come within this time: nothing that a detail is
 * worth. Where details cost nothing, a program may sign the next moment.
 */
const BIRTH_MS = { quota: 5_000, none: 20 };

/** Progress that there is no detail to spare for stays unseen: it is news again when there is. */
function isNews(
  contract: WatchedContract,
  listed: ListedContract | undefined,
  worthALook: boolean,
  birthMs: number,
): boolean {
  if (listed === undefined) return contract.seenStatus !== 'absent';
  if (listed.status === 'unknown') return false;
  if (listed.status !== (contract.seenStatus ?? EXPECTED[contract.status])) return true;
  const age = Date.parse(listed.updatedAt) - Date.parse(listed.createdAt);
  if (contract.seenUpdatedAt === null && age <= birthMs) return false;
  return worthALook && listed.updatedAt !== contract.seenUpdatedAt;
}

/** What the list says of a contract that only we have touched so far. */
const EXPECTED: Partial<Record<string, ListedContract['status']>> = { draft: 'draft', open: 'submitted' };

/** @returns whether its workflow has heard it */
async function hand(
  { db, signalSeen, logger }: WatchDeps,
  { id }: WatchedContract,
  listed: ListedContract | undefined,
): Promise<boolean> {
  const status = listed?.status ?? 'absent';
  if (status === 'unknown') return false;
  const updatedAt = listed?.updatedAt ?? null;
  try {
    const isHeard = await signalSeen(id, { status, updatedAt, worthALook: true });
    // After the signal: killed in between, it is told twice, never not at all. Nobody there to hear it (a contract that
    // begins anew after a restore): it stays news.
    if (isHeard) await markSeen(db, id, status, updatedAt);
    return isHeard;
  } catch (error) {
    // One that can't be told keeps no other from its news, and the list is not asked for again at once because of it.
    logger?.warn({ operation: 'watch', contractId: id, error }, 'not told; again at the next look');
    return false;
  }
}

async function hasDetailsToSpare({ db, clock, connection }: WatchDeps): Promise<boolean> {
  if (connection.dailyQuota === null) return true;
  const calls = await callsInWindow(db, connection.id, clock.now());
  return pays(connection.dailyQuota, otherThanPolls(calls));
}

function otherThanPolls(calls: { operation: string }[]): number {
  return calls.filter((call) => call.operation !== 'list' && call.operation !== 'check').length;
}

async function plan(deps: WatchDeps, waiting: number, { outcome, changed }: Poll): Promise<WatchTurn> {
  const { db, clock, connection, intervals } = deps;
  const now = clock.now();
  const limit = connection.dailyQuota;
  const calls = limit === null ? [] : await callsInWindow(db, connection.id, now);
  const otherCalls = otherThanPolls(calls);
  const nextInMs = pollInterval({
    limit,
    otherCalls,
    used: calls.length,
    creations: calls.filter((call) => call.operation === 'create').length,
    queued: limit === null ? 0 : await queuedContracts(db, connection.id),
    hour: hourIn(connection.timeZone, now),
    profile: learnProfile(limit === null ? [] : await signaturesByHour(db, connection.timeZone, now)),
    minIntervalMs: intervals.minMs,
    maxIntervalMs: intervals.maxMs,
    night: intervals.night ?? null,
  });
  const soonestInMs = Math.max(intervals.minMs, Math.round(nextInMs * NUDGED_PART));
  return { outcome, waiting, changed, used: calls.length, otherCalls, limit, nextInMs, soonestInMs };
}

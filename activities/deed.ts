import { PlatformRefusal, PlatformUncertain } from '../domain/platform.js';
import type { Clock } from '../runtime/clock.js';
import type { Database } from '../store/database.js';
import { earlierCalls, settleCalls, type Deed, type EarlierCall } from '../store/platform-calls.js';
import { notYet, tryAgain } from './failures.js';
import { QuotaWait, type Gate } from './platform-gate.js';

export interface DeedDeps {
  db: Database;
  gate: Gate;
  clock: Clock;
}

/** What came of a request that somebody waits for. */
export type Outcome<T> =
  | { kind: 'done'; answer: T }
  | { kind: 'refused'; code: string; attemptsLeft?: number; retryAfterMs?: number }
  | { kind: 'uncertain' };

/** How one kind of deed is done, and how it is found out whether an unanswered attempt at it went through. */
export interface Way<T extends object> {
  ask: () => Promise<T>;
  /** @returns null when the platform shows that nothing was done */
  settle: () => Promise<Outcome<T> | null>;
}

/** An outcome that stays unknown this long needs a person (lifecycle.md). */
const UNCERTAIN_AFTER_MS = 3_600_000;
/** Between a lost reply and the look at what came of it. */
const SETTLE_PAUSE_MS = 300;

/**
 * Does a deed at most once, whatever reply is lost and whatever process is killed (design.md, *The platform calls*).
 * Nobody is kept waiting for a quota: the refusal says when to come back.
 */
export async function doOnce<T extends object>(
  deps: DeedDeps,
  deed: Deed & { intent: string },
  way: Way<T>,
): Promise<Outcome<T>> {
  const earlier = await earlierCalls(deps.db, deed.intent);
  const done = earlier.find((call) => call.outcome === 'done' && call.answer !== null);
  if (done !== undefined) return { kind: 'done', answer: done.answer as T };
  const open = earlier.filter((call) => call.outcome === null || call.outcome === 'unknown');
  try {
    const settled = open.length > 0 ? await way.settle() : null;
    if (settled !== null) return settled;
    if (open.length > 0) await settleCalls(deps.db, deed.intent);
    return { kind: 'done', answer: await way.ask() };
  } catch (error) {
    return onError(deps, error, open);
  }
}

function onError<T>(deps: DeedDeps, error: unknown, open: EarlierCall[]): Outcome<T> {
  const now = deps.clock.now().getTime();
  const first = open.length > 0 ? Math.min(...open.map((call) => call.at.getTime())) : now;
  if (now - first >= UNCERTAIN_AFTER_MS) return { kind: 'uncertain' };
  if (error instanceof PlatformUncertain && error.sent && open.length === 0)
    throw notYet('OutcomeUnknown', SETTLE_PAUSE_MS);
  // Something may have been done: found out, however long it takes.
  if (open.length > 0) throw tryAgain(error, now);
  if (error instanceof QuotaWait)
    return { kind: 'refused', code: 'quota_exhausted', retryAfterMs: error.freeAt.getTime() - now };
  if (error instanceof PlatformUncertain)
    return { kind: 'refused', code: 'platform_unavailable', retryAfterMs: 5_000 };
  if (error instanceof PlatformRefusal) return { kind: 'refused', code: error.code, ...error.detail };
  throw error;
}

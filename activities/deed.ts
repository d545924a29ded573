import { PlatformRefusal, PlatformUncertain } from '../domain/platform.js';
import type { Clock } from '../runtime/clock.js';
import type { Database } from '../store/database.js';
import {
  concludeCalls,
  earlierCalls,
  inVain,
  settleCalls,
  unanswered,
  type Deed,
  type EarlierCall,
} from '../store/platform-calls.js';
import { needsPerson, notYet, tryAgain } from './failures.js';
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
  ask: (deed: Deed) => Promise<T>;
  /** @returns null when the platform shows that nothing was done */
  settle: () => Promise<Outcome<T> | null>;
}

/** Between a lost reply and the look at what came of it. */
const SETTLE_PAUSE_MS = 300;
/** Attempts at a deed that the platform takes without an answer and does not carry out. */
const MOST_ATTEMPTS = 3;
/**
 * An attempt that was written down this long ago is over: what stood still is not sent after 20 s (platform-gate.ts), a
 * request takes 30 s at most. The time of the activity does not tell: it may have been written down at its end.
 */
const LONGEST_ATTEMPT_MS = 60_000;
const UNAVAILABLE = { code: 'platform_unavailable', retryAfterMs: 5_000 };

/**
 * Does a deed at most once, whatever reply is lost and whatever process is killed (design.md, *The platform calls*).
 * Nobody is kept waiting for a quota: the refusal says when to come back. An attempt whose outcome is not known is
 * found out before another is made, however long that takes; after an hour a person must look.
 */
export async function doOnce<T extends object>(
  deps: DeedDeps,
  deed: Deed & { intent: string },
  way: Way<T>,
): Promise<Outcome<T>> {
  const earlier = await earlierCalls(deps.db, deed.intent);
  const known = knownOutcome<T>(earlier);
  if (known !== null) return known;
  const open = unanswered(earlier);
  if (open.length > 0) {
    waitForThoseUnderWay(deps, open);
    const settled = await settle(deps, open, way);
    if (settled !== null) return await conclude(deps, deed.intent, settled);
    await settleCalls(deps.db, deed.intent, earlier.length);
  }
  // It was not done, so it may be given up: whoever waits is told.
  if (inVain(earlier) + open.length >= MOST_ATTEMPTS) return { kind: 'refused', ...UNAVAILABLE };
  try {
    return { kind: 'done', answer: await way.ask({ ...deed, attempt: earlier.length }) };
  } catch (error) {
    return onAnswer(deps, error);
  }
}

/** What another attempt may still send can't be found out yet. */
function waitForThoseUnderWay({ clock }: DeedDeps, open: EarlierCall[]): void {
  const begun = open.filter((call) => call.outcome === null).map((call) => call.at.getTime());
  const left = Math.max(...begun) + LONGEST_ATTEMPT_MS - clock.now().getTime();
  if (left > 0) throw notYet('StillUnderWay', left);
}

/** An attempt that was answered, but killed before it could say so. */
function knownOutcome<T extends object>(earlier: EarlierCall[]): Outcome<T> | null {
  const last = earlier.findLast((call) => call.outcome !== 'not_sent');
  if (last?.outcome === 'done' && last.answer !== null) return { kind: 'done', answer: last.answer as T };
  if (last?.outcome !== 'refused' || last.code === null || saysNothing(last.code)) return null;
  return { kind: 'refused', code: last.code, ...last.answer };
}

/** Refusals after which the same attempt may be made again. */
function saysNothing(code: string): boolean {
  return ['invalid_keys', 'wrong_platform', 'quota_exceeded'].includes(code);
}

async function settle<T extends object>(
  { clock }: DeedDeps,
  open: EarlierCall[],
  way: Way<T>,
): Promise<Outcome<T> | null> {
  try {
    return await way.settle();
  } catch (error) {
    if (error instanceof PlatformRefusal && error.code === 'unknown_contract')
      return { kind: 'refused', code: error.code };
    const now = clock.now().getTime();
    if (needsPerson(open, now)) return { kind: 'uncertain' };
    throw tryAgain(error, now);
  }
}

/**
 * Writes down what was found out: a repetition of the deed (its client asks again, the workflow has begun afresh
 * meanwhile) compares with another record, and would find that nothing was done.
 */
async function conclude<T extends object>(
  { db }: DeedDeps,
  intent: string,
  settled: Outcome<T>,
): Promise<Outcome<T>> {
  if (settled.kind === 'done')
    await concludeCalls(db, intent, { outcome: 'done', code: null, answer: settled.answer });
  if (settled.kind === 'refused') {
    const { kind, code, ...answer } = settled;
    await concludeCalls(db, intent, { outcome: kind, code, answer });
  }
  return settled;
}

function onAnswer<T>({ clock }: DeedDeps, error: unknown): Outcome<T> {
  if (error instanceof PlatformUncertain && error.sent) throw notYet('OutcomeUnknown', SETTLE_PAUSE_MS);
  if (error instanceof QuotaWait) {
    const retryAfterMs = error.freeAt.getTime() - clock.now().getTime();
    return { kind: 'refused', code: 'quota_exhausted', retryAfterMs };
  }
  if (error instanceof PlatformUncertain) return { kind: 'refused', ...UNAVAILABLE };
  if (error instanceof PlatformRefusal) return { kind: 'refused', code: error.code, ...error.detail };
  throw tryAgain(error, clock.now().getTime());
}

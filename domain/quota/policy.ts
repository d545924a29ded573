/** The eight requests of the platform, as the ledger names them. */
export type Operation = 'check' | 'create' | 'list' | 'detail' | 'cancel' | 'sms' | 'sms_all' | 'sign';

/** 1 is served longest (design.md, *The platform calls*). */
export const PRIORITY: Record<Operation, 1 | 2 | 3 | 5> = {
  sign: 1,
  sms: 1,
  sms_all: 1,
  create: 2,
  cancel: 3,
  detail: 3,
  list: 5,
  check: 5,
};

/**
 * A slot is free again this long after its call. The platform counts when a request arrives, we before it leaves: the
 * three minutes beyond the day are longer than any may take to arrive (one with files: 20 s until it leaves, 100 s), so
 * none of its days can hold more than the quota.
 */
export const WINDOW_MS = 24 * 3_600_000 + 180_000;

/** What one operation may use of a quota in any window. */
export interface Allowance {
  /** Calls of all kinds in the window, at most. */
  total: number;
  /** Calls of its own kind in the window, at most. */
  own: number;
}

/** Calls that only someone who waits for a code or for a signature may use. */
export function interactiveReserve(limit: number): number {
  return Math.max(1, Math.round(limit / 100));
}

/** Polls that are kept even while everything else is busy: one each 53 minutes for a quota of 1,000. */
export function pollReserve(limit: number): number {
  return Math.max(1, Math.round((limit * 2.7) / 100));
}

/** What all but interactive calls share. */
export function sharedOf(limit: number): number {
  return Math.max(1, limit - interactiveReserve(limit));
}

/**
 * What creations must leave free of what all share: signatures are found many at a time, and what a poll finds is
 * retrieved at once.
 */
export function retrievalReserve(limit: number): number {
  return Math.round((limit * 6) / 100);
}

/** Calls of all kinds beyond which nothing is created. */
export function creationsUpTo(limit: number): number {
  return Math.max(1, sharedOf(limit) - retrievalReserve(limit));
}

/**
 * Reserves per priority. Each creation needs a retrieval later, so creations take at most half of what the two
 * reserves leave: 481 of 1,000. Polls give way to the other calls by their interval (domain/watch/plan.ts).
 * @param interactive somebody waits for the answer, whatever the operation
 */
export function allowanceOf(operation: Operation, limit: number, interactive = false): Allowance {
  const shared = sharedOf(limit);
  if (interactive || PRIORITY[operation] === 1) return { total: limit, own: limit };
  if (operation === 'create') return { total: creationsUpTo(limit), own: creationsPerWindow(limit) };
  return { total: shared, own: shared };
}

/** Contracts that can be created in a window. */
export function creationsPerWindow(limit: number): number {
  return Math.max(1, Math.floor((sharedOf(limit) - pollReserve(limit)) / 2));
}

/**
 * When a call is allowed: now (null) or at the time when enough of the window's calls have left it.
 * @param times instants of the calls in the window, oldest first, in milliseconds
 */
export function freeAt(times: number[], allowed: number): number | null {
  if (times.length < allowed) return null;
  const leaving = times[times.length - allowed];
  return leaving === undefined ? null : leaving + WINDOW_MS;
}

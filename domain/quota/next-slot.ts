import { allowanceOf, freeAt, type Operation } from './policy.js';
import { publishingPlan, type WindowCall } from './publishing-plan.js';

/** A call that wants a slot of the quota. */
export interface SlotRequest {
  operation: Operation;
  /** Somebody waits for the answer: it may use the reserve. */
  interactive?: boolean;
  /** For a creation: how many more urgent contracts wait to be created. */
  rank?: number;
}

/**
 * When a call is allowed: now (null) or from that time on, in milliseconds (promise 3). Creations go by urgency:
 * the one of this rank waits until the slots suffice for all before it and for itself.
 * @param calls the counted calls of the last window, oldest first
 */
export function nextSlot(
  calls: readonly WindowCall[],
  limit: number,
  { operation, interactive = false, rank = 0 }: SlotRequest,
  now: number,
): number | null {
  const allowance = allowanceOf(operation, limit, interactive);
  const own = calls.filter((call) => call.operation === operation).map((call) => call.at);
  const all = calls.map((call) => call.at);
  const waits = [freeAt(all, allowance.total), freeAt(own, allowance.own)];
  if (operation === 'create') waits.push(publishingPlan(calls, limit, rank + 1, now)[rank] ?? null);
  const due = waits.filter((wait) => wait !== null).filter((wait) => wait > now);
  return due.length === 0 ? null : Math.max(...due);
}

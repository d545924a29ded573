import { setImmediate as pause } from 'node:timers/promises';
import { deadlineInstant } from '../../domain/deadline.js';
import { newId } from '../../runtime/ids.js';
import { asClient } from '../../store/database.js';
import { keptKeys } from '../../store/idempotency.js';
import type { ApiDeps, Estimated } from '../deps.js';
import type { Call } from '../route.js';
import type { Planned } from './accept-trigger.js';
import { parseLine, type ParsedLine } from './parse-line.js';

/** Other requests get their turn after so many lines. */
const AT_A_TIME = 20;

/**
 * When each line of a bulk will be published, in one calculation for all of them, by their idempotency keys: what is
 * asked for together is ordered by its deadlines, whatever the order of the lines. Lines that can't be accepted, and
 * those that were before, take no part in it.
 */
export async function planBulk(
  lines: Buffer[],
  { caller, path }: Pick<Call, 'caller' | 'path'>,
  deps: ApiDeps,
): Promise<Map<string, Planned>> {
  const now = deps.clock.now();
  const asked = new Map<string, Estimated>();
  for (const [place, bytes] of lines.entries()) {
    if (place % AT_A_TIME === 0) await pause();
    const line = parsed(bytes);
    if (line === null || asked.has(line.idempotencyKey)) continue;
    const deadline = deadlineInstant(line.trigger.deadline, deps.connection.timeZone);
    if (deadline > now) asked.set(line.idempotencyKey, { id: newId('ctr'), deadline, createdAt: now });
  }
  const { clientId } = caller;
  const kept = await asClient(deps.db, clientId, (tx) => keptKeys(tx, clientId, path, [...asked.keys()]));
  const fresh = [...asked].filter(([key]) => !kept.has(key)).map(([, one]) => one);
  const dates = await deps.estimate(fresh);
  return new Map([...asked].map(([key, { id }]) => [key, { id, publishBy: dates.get(id) ?? null }]));
}

/** Its faults are told when its turn comes to be accepted. */
function parsed(bytes: Buffer): ParsedLine | null {
  try {
    return parseLine(bytes);
  } catch {
    return null;
  }
}

import type { Gate } from '../activities/platform-gate.js';
import type { Clock } from '../runtime/clock.js';
import type { Logger } from '../runtime/logger.js';
import type { Connection } from '../store/connections.js';
import type { Database } from '../store/database.js';

export interface ProbeDeps {
  db: Database;
  clock: Clock;
  gate: Gate;
  connection: Connection;
  logger: Logger;
}

/** With nothing else to ask, 96 checks a day at most: within the reserve for polls, and none while there is traffic. */
const IDLE_MS = 15 * 60_000;
const LOOK_MS = 60_000;

/** Asks the platform whether the connection works when nothing was asked for a while; the gate writes down what came of it. */
export function startProbe(deps: ProbeDeps): { stop: () => void } {
  const timer = setInterval(() => {
    probe(deps).catch((error: unknown) => deps.logger.warn({ operation: 'probe', error }));
  }, LOOK_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** Exported for its test. @returns whether the platform was asked */
export async function probe({ db, clock, gate, connection }: Omit<ProbeDeps, 'logger'>): Promise<boolean> {
  const since = new Date(clock.now().getTime() - IDLE_MS);
  const call = await db
    .selectFrom('paraphe.platform_call')
    .select('id')
    .where('connection_id', '=', connection.id)
    .where('at', '>', since)
    .limit(1)
    .executeTakeFirst();
  if (call !== undefined) return false;
  await gate({ operation: 'check', contractId: null, intent: null }, (platform) => platform.check());
  return true;
}

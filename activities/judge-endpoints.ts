import type { Environment } from '../domain/contract/state.js';
import { DISABLE_AFTER_MS, judgeHealth, WARN_BEFORE_MS } from '../domain/webhooks/health.js';
import type { Clock } from '../runtime/clock.js';
import type { Database, Tx } from '../store/database.js';
import {
  disableEndpoint,
  failingEndpoints,
  lockFailingEndpoint,
  markWarned,
} from '../store/endpoint-health.js';

/** What the owner of an endpoint must know. */
export interface EndpointNotice {
  kind: 'webhook_failing' | 'webhook_disabled';
  clientId: string;
  endpointId: string;
  failingSince: Date;
  /** When it is, or was, disabled. */
  disableAt: Date;
}

export interface JudgeDeps {
  db: Database;
  clock: Clock;
  environment: Environment;
  /** Queues a mail to the client's contact, in the transaction of the deed: both or neither. */
  notify: (tx: Tx, notice: EndpointNotice) => Promise<void>;
}

/**
 * Warns the owners of endpoints that have only failed for four days, and disables those that have for five and were
 * warned at least 24 hours before (api.md, *Webhooks*). @returns how many were warned or disabled
 */
export async function judgeEndpoints(deps: JudgeDeps): Promise<number> {
  const before = deps.clock.now().getTime() - (DISABLE_AFTER_MS - WARN_BEFORE_MS);
  let acted = 0;
  for (const id of await failingEndpoints(deps.db, new Date(before))) {
    const hasActed = await deps.db.transaction().execute((tx) => judge(deps, tx, id));
    if (hasActed) acted += 1;
  }
  return acted;
}

async function judge({ clock, environment, notify }: JudgeDeps, tx: Tx, id: string): Promise<boolean> {
  const endpoint = await lockFailingEndpoint(tx, id);
  if (endpoint === undefined) return false;
  const { clientId, firstFailureAt, lastSuccessAt, warnedAt } = endpoint;
  const now = clock.now();
  const verdict = judgeHealth({
    firstFailureAt: firstFailureAt.getTime(),
    lastSuccessAt: lastSuccessAt?.getTime() ?? null,
    warnedAt: warnedAt?.getTime() ?? null,
    now: now.getTime(),
  });
  if (verdict.action === 'none' || verdict.action === 'wait') return false;
  const kind = verdict.action === 'warn' ? 'webhook_failing' : 'webhook_disabled';
  if (verdict.action === 'warn') await markWarned(tx, id, now);
  else await disableEndpoint(tx, { endpointId: id, reason: 'failing', now, environment });
  const disableAt = verdict.action === 'warn' ? new Date(verdict.disableAt) : now;
  await notify(tx, { kind, clientId, endpointId: id, failingSince: firstFailureAt, disableAt });
  return true;
}

import type { Environment } from '../domain/contract/state.js';
import { recordAccountEvent } from './account-events.js';
import type { Database, Tx } from './database.js';

/** `gone`: it answered 410; `failing`: five days of nothing but failures. */
export type DisabledReason = 'gone' | 'failing';

export interface FailingEndpoint {
  id: string;
  clientId: string;
  url: string;
  firstFailureAt: Date;
  lastSuccessAt: Date | null;
  warnedAt: Date | null;
  /** Of the client's contact; null when there is none. */
  email: string | null;
}

/** Enabled endpoints that have only failed since before the given time. */
export async function failingEndpoints(db: Database, before: Date): Promise<FailingEndpoint[]> {
  return db
    .selectFrom('paraphe.webhook_endpoint as endpoint')
    .leftJoin('personal.client_contact as contact', 'contact.client_id', 'endpoint.client_id')
    .select(['endpoint.id', 'endpoint.client_id as clientId', 'endpoint.url', 'contact.email'])
    .select((of) => of.ref('endpoint.first_failure_at').$notNull().as('firstFailureAt'))
    .select(['endpoint.last_success_at as lastSuccessAt', 'endpoint.warned_at as warnedAt'])
    .where('endpoint.status', '=', 'enabled')
    .where('endpoint.first_failure_at', '<=', before)
    .execute();
}

export async function markWarned(db: Database, endpointId: string, now: Date): Promise<void> {
  await db
    .updateTable('paraphe.webhook_endpoint')
    .set({ warned_at: now })
    .where('id', '=', endpointId)
    .execute();
}

/**
 * Disables an endpoint, ends what waits for it (to be had again by `enable` and `replay`) and tells the client's
 * other endpoints by `webhook.disabled`; all or nothing. @returns false when it was disabled already
 */
export async function disableEndpoint(
  tx: Tx,
  input: { endpointId: string; reason: DisabledReason; now: Date; environment: Environment },
): Promise<boolean> {
  const { endpointId, reason, now, environment } = input;
  const row = await tx
    .updateTable('paraphe.webhook_endpoint')
    .set({ status: 'disabled', disabled_reason: reason, disabled_at: now })
    .where('id', '=', endpointId)
    .where('status', '=', 'enabled')
    .returning('client_id')
    .executeTakeFirst();
  if (row === undefined) return false;
  await tx
    .updateTable('paraphe.delivery')
    .set({ status: 'failed', next_attempt_at: null })
    .where('endpoint_id', '=', endpointId)
    .where('status', '=', 'pending')
    .execute();
  const data = { endpoint: { id: endpointId, disabledAt: now.toISOString() }, reason };
  await recordAccountEvent(tx, {
    clientId: row.client_id,
    type: 'webhook.disabled',
    environment,
    data,
    occurredAt: now,
    key: endpointId,
  });
  return true;
}

import { sql } from 'kysely';
import { accountEventData } from '../domain/account-events.js';
import type { Environment } from '../domain/contract/state.js';
import { recordAccountEvent } from './account-events.js';
import type { Database, Tx } from './database.js';

/** `gone`: it answered 410; `failing`: five days of nothing but failures. */
export type DisabledReason = 'gone' | 'failing';

export interface FailingEndpoint {
  id: string;
  clientId: string;
  firstFailureAt: Date;
  lastSuccessAt: Date | null;
  warnedAt: Date | null;
}

/** Enabled endpoints that have only failed since before the given time. */
export async function failingEndpoints(db: Database, before: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('paraphe.webhook_endpoint')
    .select('id')
    .where('status', '=', 'enabled')
    .where('first_failure_at', '<=', before)
    .execute();
  return rows.map(({ id }) => id);
}

/** The health of an enabled, failing endpoint, locked: one process at a time judges it. */
export async function lockFailingEndpoint(tx: Tx, id: string): Promise<FailingEndpoint | undefined> {
  return tx
    .selectFrom('paraphe.webhook_endpoint')
    .select(['id', 'client_id as clientId', 'last_success_at as lastSuccessAt', 'warned_at as warnedAt'])
    .select((of) => of.ref('first_failure_at').$notNull().as('firstFailureAt'))
    .where('id', '=', id)
    .where('status', '=', 'enabled')
    .where('first_failure_at', 'is not', null)
    .forUpdate()
    .executeTakeFirst();
}

export async function markWarned(tx: Tx, endpointId: string, now: Date): Promise<void> {
  const change = tx.updateTable('paraphe.webhook_endpoint').set({ warned_at: now });
  await change.where('id', '=', endpointId).execute();
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
  await endWaiting(tx, endpointId);
  await recordAccountEvent(tx, {
    clientId: row.client_id,
    type: 'webhook.disabled',
    environment,
    data: accountEventData.disabled(endpointId, reason, now.toISOString()),
    occurredAt: now,
    key: endpointId,
  });
  return true;
}

/** Whether an endpoint has still the URL that was asked, or is no more; nobody gives it another until the end of the transaction. */
export async function isStillAt(tx: Tx, endpointId: string, url: string): Promise<boolean> {
  const endpoints = tx.selectFrom('paraphe.webhook_endpoint').select('url').where('id', '=', endpointId);
  const row = await endpoints.forUpdate().executeTakeFirst();
  return row === undefined || row.url === url;
}

/** Attempts without an end are called interrupted; one that is still under way overwrites that. */
async function endWaiting(tx: Tx, endpointId: string): Promise<void> {
  await sql`
    with waiting as (
      update paraphe.delivery set status = 'failed', next_attempt_at = null
      where endpoint_id = ${endpointId} and status = 'pending' returning id
    )
    update paraphe.delivery_attempt a set error = 'interrupted' from waiting
    where a.delivery_id = waiting.id and a.status is null and a.error is null`.execute(tx);
}

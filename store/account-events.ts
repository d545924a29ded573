import { renderAccountEvent } from '../domain/account-events.js';
import type { Environment } from '../domain/contract/state.js';
import type { EventType } from '../domain/events.js';
import { derivedId, newId } from '../runtime/ids.js';
import type { Database, Tx } from './database.js';
import { insertDeliveries } from './record.js';

/** An event of a client that belongs to no contract. */
export interface AccountEvent {
  clientId: string;
  type: EventType;
  environment: Environment;
  /** Ids, counts and codes: no personal data. */
  data: Record<string, unknown>;
  occurredAt: Date;
  /** When it was learned; default: when it happened. */
  observedAt?: Date;
  /** The same key and time make the same event: a retry changes nothing. Without one each call is an event. */
  key?: string;
}

/**
 * Records an event without a contract (`quota.low`, `webhook.disabled`, …) with a delivery for each subscribed
 * endpoint, in one transaction. Its sequence is null.
 * @returns the event's id
 */
export function recordAccountEvent(db: Database | Tx, event: AccountEvent): Promise<string> {
  if (db.isTransaction) return insertAccountEvent(db as Tx, event);
  return db.transaction().execute((tx) => insertAccountEvent(tx, event));
}

async function insertAccountEvent(tx: Tx, event: AccountEvent): Promise<string> {
  const { clientId, type, environment, data, occurredAt, key } = event;
  const observedAt = event.observedAt ?? occurredAt;
  const id = key === undefined ? newId('evt') : derivedId('evt', occurredAt, clientId, type, key);
  const times = { occurredAt: occurredAt.toISOString(), observedAt: observedAt.toISOString() };
  const body = JSON.stringify(renderAccountEvent({ id, type, environment, data, ...times }));
  const row = { id, client_id: clientId, contract_id: null, sequence: null, type, body, position: null };
  const inserted = await tx
    .insertInto('paraphe.event')
    .values({ ...row, occurred_at: occurredAt, observed_at: observedAt })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  // One that is there already has its deliveries; an endpoint made since then is not owed it.
  if (inserted !== undefined) await insertDeliveries(tx, clientId, [{ id, type }], observedAt);
  return id;
}

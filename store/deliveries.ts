import { sql, type Selectable } from 'kysely';
import { derivedId } from '../runtime/ids.js';
import type { Database, Tx } from './database.js';
import type { Tables } from './tables.js';

export type DeliveryRow = Selectable<Tables['paraphe.delivery']>;
export type AttemptRow = Selectable<Tables['paraphe.delivery_attempt']>;

export function readDelivery(tx: Tx, id: string): Promise<DeliveryRow | undefined> {
  return tx.selectFrom('paraphe.delivery').selectAll().where('id', '=', id).executeTakeFirst();
}

/** An endpoint's deliveries, newest first. */
export function listDeliveries(
  tx: Tx,
  endpointId: string,
  filter: { status?: DeliveryRow['status'] | undefined; before: string | null },
  limit: number,
): Promise<DeliveryRow[]> {
  let query = tx.selectFrom('paraphe.delivery').selectAll().where('endpoint_id', '=', endpointId);
  if (filter.status !== undefined) query = query.where('status', '=', filter.status);
  if (filter.before !== null) query = query.where('id', '<', filter.before);
  return query.orderBy('id', 'desc').limit(limit).execute();
}

/** The attempts of deliveries, oldest first. */
export function listAttempts(db: Tx | Database, deliveryIds: string[]): Promise<AttemptRow[]> {
  if (deliveryIds.length === 0) return Promise.resolve([]);
  return db
    .selectFrom('paraphe.delivery_attempt')
    .selectAll()
    .where('delivery_id', 'in', deliveryIds)
    .orderBy('delivery_id')
    .orderBy('number')
    .execute();
}

/** Makes an event that only one endpoint gets, and its delivery; the worker finds it by its next sweep. @returns the delivery's id */
export async function deliverTo(
  tx: Tx,
  event: { id: string; clientId: string; type: string; body: string; at: Date },
  endpointId: string,
): Promise<string> {
  await tx
    .insertInto('paraphe.event')
    .values({
      id: event.id,
      client_id: event.clientId,
      type: event.type,
      body: event.body,
      occurred_at: event.at,
      observed_at: event.at,
      contract_id: null,
      sequence: null,
      position: null,
    })
    .execute();
  const id = derivedId('dlv', event.at, event.id, endpointId);
  await tx
    .insertInto('paraphe.delivery')
    .values({
      id,
      client_id: event.clientId,
      event_id: event.id,
      endpoint_id: endpointId,
      next_attempt_at: event.at,
      created_at: event.at,
    })
    .execute();
  return id;
}

/** A new round of a delivery that is over; one that waits is brought forward. */
export async function retryDelivery(tx: Tx, id: string, now: Date): Promise<void> {
  await tx
    .updateTable('paraphe.delivery')
    .set({ status: 'pending', next_attempt_at: now, workflow_started_at: null, held_until: null })
    .set((row) => ({ round: row('round', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

/**
 * Every event since a time that the endpoint's filter lets through, again; one that waits for its next attempt is
 * brought forward, one that is due already is left alone.
 * @returns how many deliveries are due
 */
export async function replaySince(
  tx: Tx,
  endpoint: { id: string; client_id: string; events: string[] },
  since: Date,
  now: Date,
): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into paraphe.delivery as d (id, client_id, event_id, endpoint_id, next_attempt_at, created_at)
    select paraphe.delivery_id(e.id, ${endpoint.id}), e.client_id, e.id, ${endpoint.id}, ${now}, ${now}
    from paraphe.event e
    where e.client_id = ${endpoint.client_id} and e.observed_at >= ${since} and e.type <> 'webhook.test'
      and exists (select from unnest(${endpoint.events}::text[]) pattern
        where pattern = '*' or pattern = e.type or (pattern like '%.*' and starts_with(e.type, left(pattern, -1))))
    on conflict (event_id, endpoint_id) do update
      set status = 'pending', round = d.round + 1, next_attempt_at = ${now},
        workflow_started_at = null, held_until = null
      where d.status <> 'pending' or d.next_attempt_at > ${now}`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}

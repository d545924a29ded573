import { sql, type Selectable } from 'kysely';
import { newId } from '../runtime/ids.js';
import type { Tx } from './database.js';
import type { Tables } from './tables.js';

export type EndpointRow = Selectable<Tables['paraphe.webhook_endpoint']>;

export interface NewEndpoint {
  id: string;
  clientId: string;
  url: string;
  events: string[];
  description: string;
  sealed: Buffer;
  now: Date;
}

export const newEndpointId = (): string => newId('whe');

export function createEndpoint(tx: Tx, endpoint: NewEndpoint): Promise<EndpointRow> {
  return tx
    .insertInto('paraphe.webhook_endpoint')
    .values({
      id: endpoint.id,
      client_id: endpoint.clientId,
      url: endpoint.url,
      events: endpoint.events,
      description: endpoint.description,
      sealed: endpoint.sealed,
      created_at: endpoint.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** How many endpoints the transaction's client has; the client waits its turn to make another. */
export async function countEndpoints(tx: Tx, clientId: string): Promise<number> {
  await tx.selectFrom('paraphe.client').select('id').where('id', '=', clientId).forUpdate().execute();
  const { count } = await tx
    .selectFrom('paraphe.webhook_endpoint')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('client_id', '=', clientId)
    .executeTakeFirstOrThrow();
  return count;
}

/** Locked, because whoever reads it in order to change its secrets must not cross another. */
export function readEndpoint(tx: Tx, id: string, lock = false): Promise<EndpointRow | undefined> {
  return tx
    .selectFrom('paraphe.webhook_endpoint')
    .selectAll()
    .where('id', '=', id)
    .$if(lock, (query) => query.forUpdate())
    .executeTakeFirst();
}

export function listEndpoints(tx: Tx, before: string | null, limit: number): Promise<EndpointRow[]> {
  return tx
    .selectFrom('paraphe.webhook_endpoint')
    .selectAll()
    .$if(before !== null, (query) => query.where('id', '<', before!))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** Another URL has not failed yet: what the one before it did is forgotten. */
export function updateEndpoint(
  tx: Tx,
  id: string,
  values: Partial<Pick<EndpointRow, 'url' | 'events' | 'description' | 'sealed'>>,
): Promise<EndpointRow> {
  const { url } = values;
  const ifKept = (column: 'first_failure_at' | 'warned_at') =>
    sql<Date | null>`case when url = ${url} then ${sql.ref(column)} end`;
  const health = { first_failure_at: ifKept('first_failure_at'), warned_at: ifKept('warned_at') };
  return tx
    .updateTable('paraphe.webhook_endpoint')
    .set({ id, ...values, ...(url === undefined ? {} : health) })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Back on, with its failures forgotten. */
export function enableEndpoint(tx: Tx, id: string): Promise<EndpointRow> {
  return tx
    .updateTable('paraphe.webhook_endpoint')
    .set({
      status: 'enabled',
      disabled_reason: null,
      disabled_at: null,
      first_failure_at: null,
      warned_at: null,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Its deliveries and their attempts go with it. */
export async function deleteEndpoint(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('paraphe.webhook_endpoint').where('id', '=', id).execute();
}

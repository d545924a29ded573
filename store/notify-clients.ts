import type { EventType } from '../domain/events.js';
import { recordAccountEvent } from './account-events.js';
import type { Connection } from './connections.js';
import type { Database } from './database.js';

/** An event about the platform account, for every client that has a contract there which is not over. */
export async function notifyClients(
  db: Database,
  { id, environment }: Connection,
  type: EventType,
  data: Record<string, unknown>,
  occurredAt: Date,
): Promise<void> {
  const clients = await db
    .selectFrom('paraphe.contract')
    .select('client_id')
    .distinct()
    .where('connection_id', '=', id)
    .where('status', 'in', ['accepted', 'draft', 'open', 'signed', 'attention'])
    .execute();
  for (const { client_id: clientId } of clients)
    await recordAccountEvent(db, { clientId, type, environment, data, occurredAt, key: id });
}

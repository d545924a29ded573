import type { Database, Tx } from './database.js';
import type { ClientSettings } from './tables.js';

/** The bodies of a contract's events, as every delivery sends them, in their order. */
export async function readEventBodies(db: Database, contractId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('paraphe.event')
    .select('body')
    .where('contract_id', '=', contractId)
    .orderBy('sequence')
    .execute();
  return rows.map((row) => row.body);
}

export async function readClientSettings(db: Database | Tx, clientId: string): Promise<ClientSettings> {
  const { settings } = await db
    .selectFrom('paraphe.client')
    .select('settings')
    .where('id', '=', clientId)
    .executeTakeFirstOrThrow();
  return settings;
}

import type { Database } from '../../store/database.js';

/** A client that may write contracts. @returns its id */
export async function insertClient(db: Database, now: Date): Promise<string> {
  const id = 'cli_virtual';
  await db
    .insertInto('paraphe.client')
    .values({
      id,
      name: 'Test',
      scopes: ['contracts:write'],
      fields: null,
      limits: '{}',
      settings: '{}' as never,
      allowed_networks: [],
      status: 'active',
      created_at: now,
      expires_at: null,
    })
    .execute();
  return id;
}

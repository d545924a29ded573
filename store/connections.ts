import type { Environment, Limits } from '../domain/contract/state.js';
import type { ConnectionSettings } from '../runtime/connection-settings.js';
import { newId } from '../runtime/ids.js';
import type { Selectable } from 'kysely';
import type { Database, Tx } from './database.js';
import type { Tables } from './tables.js';

export interface Connection {
  id: string;
  environment: Environment;
  timeZone: string;
  /** null: no quota. */
  dailyQuota: number | null;
  limits: Limits;
}

/** The row of the platform account, made or brought up to the settings; whoever starts first makes it. */
export async function ensureConnection(
  db: Database,
  settings: ConnectionSettings,
  now: Date,
): Promise<Connection> {
  const values = {
    url: settings.url,
    daily_quota: settings.dailyQuota,
    sms_limit: settings.smsLimit,
    attempt_limit: settings.attemptLimit,
    time_zone: settings.timeZone,
  };
  const row = await db
    .insertInto('paraphe.connection')
    .values({
      id: newId('con'),
      api_user: settings.apiUser,
      environment: settings.environment,
      created_at: now,
      ...values,
    })
    .onConflict((conflict) => conflict.columns(['environment', 'api_user']).doUpdateSet(values))
    .returning('id')
    .executeTakeFirstOrThrow();
  return {
    id: row.id,
    environment: settings.environment,
    timeZone: settings.timeZone,
    dailyQuota: settings.dailyQuota,
    limits: {
      sms: settings.smsLimit,
      attempts: settings.attemptLimit,
      refuseSms: settings.environment === 'production',
    },
  };
}

export type ConnectionRow = Selectable<Tables['paraphe.connection']>;

/** The platform accounts, newest first (as an operator). */
export function listConnections(tx: Tx, before: string | null, limit: number): Promise<ConnectionRow[]> {
  return tx
    .selectFrom('paraphe.connection')
    .selectAll()
    .$if(before !== null, (query) => query.where('id', '<', before!))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

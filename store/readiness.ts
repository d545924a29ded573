import { sql } from 'kysely';
import type { Database } from './database.js';

export interface StoreHealth {
  postgresql: boolean;
  /** As the last answered requests to it say; null when there were none. */
  platform: boolean | null;
}

/** Whether PostgreSQL answers, and what is last known of the platform. Never throws. */
export async function readHealth(db: Database, connectionId: string): Promise<StoreHealth> {
  try {
    const { rows } = await sql<{ outcome: string | null }>`select (
        select outcome from paraphe.platform_call
        where connection_id = ${connectionId} and outcome is not null order by id desc limit 1) as outcome`.execute(
      db,
    );
    const outcome = rows[0]?.outcome ?? null;
    return {
      postgresql: true,
      platform: outcome === null ? null : outcome === 'done' || outcome === 'refused',
    };
  } catch {
    return { postgresql: false, platform: null };
  }
}

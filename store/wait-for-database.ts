import { readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from '../runtime/logger.js';
import { isDatabaseDown } from './database-down.js';
import { MIGRATIONS } from './migrate.js';

const PAUSE_MS = 1_000;
const CONNECT_MS = 5_000;
/** No such database yet; no such table yet; may not read the list of migrations. */
const [NO_DATABASE, NO_TABLE, NOT_ALLOWED] = ['3D000', '42P01', '42501'];

/**
 * Resolves when PostgreSQL answers and has every migration of this program, so that servers, migrations and processes
 * may start in any order. A wrong password or address that can't be one is a fault, not a reason to wait.
 */
export async function waitForDatabase(url: string, logger: Logger): Promise<void> {
  let told = '';
  for (;;) {
    const missing = await whatIsMissing(url);
    if (missing === null) return;
    if (missing !== told) logger.warn({ operation: 'start', reason: missing }, 'waiting');
    told = missing;
    await pause(PAUSE_MS);
  }
}

async function whatIsMissing(url: string): Promise<'postgresql' | 'migrations' | null> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ name: string }>('select name from public.migration');
    const applied = new Set(rows.map(({ name }) => name));
    return readdirSync(MIGRATIONS).every((name) => !name.endsWith('.sql') || applied.has(name))
      ? null
      : 'migrations';
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === NOT_ALLOWED) return null;
    if (code === NO_TABLE || code === NO_DATABASE) return 'migrations';
    if (isDatabaseDown(error)) return 'postgresql';
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

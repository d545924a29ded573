import type { Express } from 'express';
import { readHealth } from '../store/readiness.js';
import type { ApiDeps } from './deps.js';

/** A check that hangs is a check that failed. */
const PATIENCE_MS = 2_000;

/**
 * `/livez`: the process answers. `/startupz`: it has started (api/starting.ts answers before). `/readyz`: which of its
 * parts do. Only PostgreSQL is needed to take triggers, so only its absence makes the api unready
 * (docs/decisions/0030-readiness.md).
 */
export function mountHealth(app: Express, deps: ApiDeps): void {
  app.get('/livez', (_request, response) => {
    response.json({ status: 'alive' });
  });
  app.get('/startupz', (_request, response) => {
    response.json({ status: 'started' });
  });
  app.get('/readyz', async (_request, response) => {
    const [store, temporal] = await Promise.all([
      inTime(readHealth(deps.db, deps.connection.id), { postgresql: false, platform: null }),
      inTime(deps.temporalUp(), false),
    ]);
    const checks = {
      postgresql: word(store.postgresql),
      temporal: word(temporal),
      platform: word(store.platform),
    };
    const down = Object.entries(checks).flatMap(([name, state]) => (state === 'down' ? [name] : []));
    const status = store.postgresql ? (down.length === 0 ? 'ready' : 'degraded') : 'unavailable';
    response.status(store.postgresql ? 200 : 503).json({ status, checks, down });
  });
}

function word(up: boolean | null): 'up' | 'down' | 'unknown' {
  return up === null ? 'unknown' : up ? 'up' : 'down';
}

async function inTime<T>(work: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } catch {
    return otherwise;
  } finally {
    clearTimeout(timer);
  }
}

import { randomBytes } from 'node:crypto';
import { createCancelActivities } from '../../activities/cancel-contract.js';
import { createCreationActivities } from '../../activities/create-contract.js';
import { createGate } from '../../activities/platform-gate.js';
import { createSigningActivities } from '../../activities/signing.js';
import { createPlatform } from '../../adapters/platform/client.js';
import type { Platform } from '../../domain/platform.js';
import { createVault, type Vault } from '../../runtime/vault.js';
import { ensureConnection, type Connection } from '../../store/connections.js';
import { createDatabase, type Database } from '../../store/database.js';
import type pg from 'pg';
import { createTestDatabase } from './postgres.js';
import { KEY, removeHome, startTwin, USER, type TestTwin } from './twin.js';

type Everything = ReturnType<typeof createCreationActivities> &
  ReturnType<typeof createSigningActivities> &
  ReturnType<typeof createCancelActivities>;

/** The activities over the real ledger and a twin, called as Temporal calls them: again until they do not throw. */
export interface ActivityStack {
  db: Database;
  pool: pg.Pool;
  vault: Vault;
  twin: TestTwin;
  /** The twin, as the product asks it. */
  platform: Platform;
  connection: Connection;
  clientId: string;
  clock: { now: () => Date; read: () => Promise<Date>; pass: (ms: number) => void };
  activities: Everything;
  /** Tries until it does not throw; the time jumps over each pause. */
  retried: <T>(attempt: () => Promise<T>) => Promise<T>;
  close: () => Promise<void>;
}

const MOST_TRIES = 60;

/** @param quota of requests a day, on both sides; none when absent */
export async function createActivityStack(quota: number | null = null): Promise<ActivityStack> {
  let now = Date.now();
  const clock = {
    now: () => new Date(now),
    read: () => Promise.resolve(new Date(now)),
    pass(ms: number) {
      now += ms;
    },
  };
  const database = await createTestDatabase();
  const twin = await startTwin({
    baseTime: () => now,
    rules: 'production',
    account: { user: USER, key: KEY, quota },
  });
  const { db } = createDatabase(database.url, 'paraphe_worker', 12);
  const api = createDatabase(database.url, 'paraphe_api', 4);
  const vault = createVault(randomBytes(32));
  const connection = await ensureConnection(
    db,
    {
      url: twin.url,
      apiUser: USER,
      environment: 'production',
      dailyQuota: quota,
      smsLimit: 5,
      attemptLimit: 5,
      timeZone: 'Europe/Paris',
    },
    clock.now(),
  );
  const transport = {
    url: twin.url,
    apiUser: USER,
    apiKey: KEY,
    timeoutMs: 20_000,
    maxAnswerBytes: 50_000_000,
  };
  const platform = createPlatform(transport);
  const gate = createGate({ db, clock, connection, platform });
  const base = { db, clock, gate, vault };
  const clientId = 'cli_activities';
  await db
    .insertInto('paraphe.client')
    .values({
      id: clientId,
      name: 'Test',
      scopes: [],
      fields: null,
      limits: '{}',
      settings: '{}' as never,
      allowed_networks: [],
      status: 'active',
      created_at: clock.now(),
      expires_at: null,
    })
    .execute();
  return {
    db,
    pool: api.pool,
    vault,
    twin,
    platform,
    connection,
    clientId,
    clock,
    activities: {
      ...createCreationActivities({ ...base, graceMs: 60_000 }),
      ...createSigningActivities(base),
      ...createCancelActivities(base),
    },
    async retried(attempt) {
      for (let tries = 0; ; tries += 1) {
        try {
          return await attempt();
        } catch (error) {
          if (tries === MOST_TRIES) throw error;
          now += (error as { nextRetryDelay?: number }).nextRetryDelay ?? 2_000;
        }
      }
    },
    async close() {
      await twin.close();
      await Promise.all([db.destroy(), api.db.destroy()]);
      await Promise.all([database.drop(), removeHome(twin.home)]);
    },
  };
}

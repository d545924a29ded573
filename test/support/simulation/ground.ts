import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createArchive } from '../../../adapters/archive/create-archive.js';
import { createVault } from '../../../runtime/vault.js';
import { createDatabase } from '../../../store/database.js';
import { createTestDatabase } from '../postgres.js';
import { insertClient } from '../insert-client.js';
import { workflowBundle } from '../workflow-bundle.js';
import { createWorkflowHosts } from './workflow-host.js';
import { ACTIVITY_NAMES } from './worker.js';
import type { Ground } from './world.js';

/** What the worlds of a test stand on: a real database, the workflows' bundle, a folder. */
export async function createGround(connections: number): Promise<Ground & { close: () => Promise<void> }> {
  const [database, home, bundle] = await Promise.all([
    createTestDatabase(),
    mkdtemp(join(tmpdir(), 'paraphe-simulated-')),
    workflowBundle(),
  ]);
  const { db } = createDatabase(database.url, 'paraphe_worker', connections);
  const api = createDatabase(database.url, 'paraphe_api', connections);
  const clientId = await insertClient(db, new Date());
  return {
    db,
    pool: api.pool,
    vault: createVault(randomBytes(32)),
    archive: createArchive(`file://${home}`),
    clientId,
    openHost: createWorkflowHosts(bundle, ACTIVITY_NAMES),
    async close() {
      await Promise.all([db.destroy(), api.db.destroy()]);
      await Promise.all([database.drop(), rm(home, { recursive: true })]);
    },
  };
}

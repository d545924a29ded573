import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createArchive } from '../../adapters/archive/create-archive.js';
import { backUp } from '../../worker/backup/back-up.js';
import { createTestDatabase } from '../support/postgres.js';

test('what was erased is remembered, even by a backup of a database that is newer and emptier', async () => {
  // After the disaster: a new database, backed up by the service before anybody restored.
  const database = await createTestDatabase();
  const folder = await mkdtemp(path.join(tmpdir(), 'paraphe-erased-'));
  const remembered = path.join(folder, 'erased.jsonl');
  const line = JSON.stringify({
    contract_id: 'ctr_1',
    client_id: 'cli_1',
    purged_at: '2026-11-20',
    receipt: null,
  });
  await writeFile(remembered, `${line}\n`);
  try {
    await backUp({
      databaseUrl: database.url,
      archive: createArchive(pathToFileURL(path.join(folder, 'archive')).href),
      key: randomBytes(32),
      folder,
      version: '0.1.0',
      now: new Date(),
    });
    expect(await readFile(remembered, 'utf8')).toBe(`${line}\n`);
  } finally {
    await database.drop();
  }
});

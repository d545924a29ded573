import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { createArchive } from '../adapters/archive/create-archive.js';
import { freePort } from '../local/ports.js';
import { createPostgres } from '../local/postgres.js';
import { startChild } from '../local/process/child.js';
import { migrate } from '../store/migrate.js';
import { fill } from './backup/fill.js';
import { runProgram, type ProgramRun } from './backup/run-program.js';

const CONTRACTS = 5_000;

/**
 * How long a backup and its restore take, and how much memory, with the programs that operators run. A number after
 * the name says how many contracts there are.
 */
export async function benchBackup([count]: readonly string[]): Promise<object> {
  const contracts = Number(count ?? CONTRACTS);
  const home = mkdtempSync(join(tmpdir(), 'paraphe-bench-'));
  const password = randomBytes(12).toString('hex');
  const postgres = createPostgres({ home: join(home, 'postgres'), port: await freePort(), password });
  const server = startChild(postgres.service, () => undefined);
  try {
    await server.ready;
    const url = await createDatabase(postgres.urlOf('postgres'), 'source');
    await migrate(url);
    await fill(url, createArchive(archiveUrl(home, 'archive')), contracts);
    const key = randomBytes(32).toString('base64');
    const backup = await program('backup', ['--to', join(home, 'backups')], {
      DATABASE_URL: url,
      ARCHIVE_URL: archiveUrl(home, 'archive'),
      BACKUP_KEY: key,
    });
    const file = readdirSync(join(home, 'backups')).find((name) => name.endsWith('.backup'))!;
    const restore = await program('restore', ['--from', join(home, 'backups', file)], {
      DATABASE_URL: await createDatabase(postgres.urlOf('postgres'), 'target'),
      ARCHIVE_URL: archiveUrl(home, 'other'),
      BACKUP_KEY: key,
    });
    return { contracts, backup, restore };
  } finally {
    await server.stop(5_000);
    rmSync(home, { recursive: true, force: true });
  }
}

function program(name: 'backup' | 'restore', args: string[], env: NodeJS.ProcessEnv): Promise<ProgramRun> {
  return runProgram(join(__dirname, '..', 'worker', 'backup', `${name}-main.js`), args, env);
}

function archiveUrl(home: string, name: string): string {
  return pathToFileURL(join(home, name)).href;
}

async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { Client } from 'pg';
import { freePort } from '../../local/ports.js';
import { createPostgres } from '../../local/postgres.js';
import { migrate } from '../../store/migrate.js';
import { runFolder } from './run-folder.js';
import { sharedServer, startDetached } from './shared-server.js';

export interface TestDatabase {
  /** The owner's URL: it may do everything in this database. */
  readonly url: string;
  readonly drop: () => Promise<void>;
}

/**
 * A database of its own, with our schema, cloned from a template that was migrated once a run.
 * `empty` gives one without any schema.
 */
export async function createTestDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const server = await sharedServer('postgres', startServer);
  const template = empty ? 'template0' : await sharedServer('template', () => makeTemplate(server));
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(server, `create database ${name} template ${template}`);
  return {
    url: databaseUrl(server, name),
    drop: () => onServer(server, `drop database if exists ${name} with (force)`),
  };
}

async function startServer(): Promise<string> {
  const home = path.join(runFolder(), 'postgres');
  const options = { home, port: await freePort(), password: randomBytes(12).toString('hex'), unsafe: true };
  const server = createPostgres(options);
  await startDetached(server.service);
  return server.urlOf('postgres');
}

async function makeTemplate(server: string): Promise<string> {
  await onServer(server, 'create database template_paraphe template template0');
  await migrate(databaseUrl(server, 'template_paraphe'));
  return 'template_paraphe';
}

function databaseUrl(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function onServer(server: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    // Two clones of one template at once refuse each other: one at a time, over all suites.
    await client.query('select pg_advisory_lock(7)');
    await client.query(statement);
  } finally {
    await client.end();
  }
}

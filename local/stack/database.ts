import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { createPostgres } from '../postgres.js';
import { preferPort } from '../ports.js';
import { LocalError, projectRoot } from '../project.js';
import type { Supervisor } from '../supervisor.js';
import type { Home } from './home.js';

const run = promisify(execFile);
const name = 'paraphe';

/** Starts PostgreSQL with our database in it; gives the database's URL. */
export async function startDatabase(home: Home, supervisor: Supervisor): Promise<string> {
  const port = await preferPort(54_329);
  const server = createPostgres({ home: home.at('postgres'), port, password: home.secret('postgres') });
  await supervisor.start(server.service);
  const client = new Client({ connectionString: server.urlOf('postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  return server.urlOf(name);
}

/** Brings the schema up to date. Throws a LocalError with the last line that the migrations printed. */
export async function migrateDatabase(databaseUrl: string): Promise<void> {
  const main = path.join(projectRoot, 'dist', 'store', 'migrate-main.js');
  try {
    const env = { ...process.env, DATABASE_URL: databaseUrl, DATABASE_URL_FILE: '' };
    await run(process.execPath, [main], { env });
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    throw new LocalError(`The database can't be brought up to date: ${stderr.trim() || message}`);
  }
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

/** Numbered SQL files, forward only. */
export const MIGRATIONS = join(__dirname, 'migrations');
/** Any number that only migrations lock on. */
const LOCK = 7_034_113;

/**
 * Brings the database to the newest schema: creates the roles of least privilege where they are missing, then
 * applies each migration that has not been, each in its own transaction. Safe when several start at once.
 * @param url connection of a role that may create schemas and roles
 * @returns names of the migrations applied now
 */
export async function migrate(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await createRoles(client);
    await client.query(
      'create table if not exists public.migration (name text primary key, at timestamptz not null default now())',
    );
    const { rows } = await client.query<{ name: string }>('select name from public.migration');
    const applied = new Set(rows.map((row) => row.name));
    const due = readdirSync(MIGRATIONS)
      .filter((name) => name.endsWith('.sql') && !applied.has(name))
      .sort();
    for (const name of due) await apply(client, name);
    return due;
  } finally {
    await client.end();
  }
}

async function createRoles(client: pg.Client): Promise<void> {
  for (const role of ['paraphe_api', 'paraphe_worker']) {
    // Roles are shared by all databases of a server, so another database's migration may have made them just now.
    await client.query(
      `do $$ begin create role ${role} nologin; exception when duplicate_object or unique_violation then null; end $$`,
    );
    await client.query(`grant ${role} to current_user`);
  }
}

async function apply(client: pg.Client, name: string): Promise<void> {
  await client.query('begin');
  try {
    await client.query(readFileSync(join(MIGRATIONS, name), 'utf8'));
    await client.query('insert into public.migration (name) values ($1)', [name]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`migration ${name} failed`, { cause: error });
  }
}

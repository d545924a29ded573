import { createReadStream } from 'node:fs';
import { dirname } from 'node:path';
import { once } from 'node:events';
import pg from 'pg';
import { from as copyFrom, type CopyStreamQuery } from 'pg-copy-streams';
import type { Archive } from '../../adapters/archive/archive.js';
import { migrate } from '../../store/migrate.js';
import { readErased } from './back-up.js';
import { readRecords } from './container.js';
import { beginAnew, type BegunAnew } from './begin-anew.js';
import { eraseAgain } from './erase-again.js';
import { migrationsOf, tablesInOrder } from './tables.js';

export interface RestoreDeps {
  databaseUrl: string;
  archive: Pick<Archive, 'put' | 'list' | 'remove'>;
  key: Buffer;
  file: string;
  /** The database that was, where it can still be read: what was erased in it stays erased. */
  erasedIn?: string;
  /** Temporal knows nothing of what is restored: every contract under way begins anew from its stored state. */
  temporalIsEmpty?: boolean;
}

export interface Restored {
  at: string;
  version: string;
  tables: number;
  archived: number;
  /** Contracts erased again, because they were erased after the backup. */
  erased: number;
  begunAnew?: BegunAnew;
}

type Head =
  | { type: 'backup'; at: string; version: string; migrations: string[] }
  | { type: 'table'; table: string; columns: string[] }
  | { type: 'archive'; key: string };

/**
 * Restores a backup into an empty database and an archive: all of PostgreSQL in one transaction, then, before it is
 * committed, what was erased after the backup is erased again.
 * @throws Error when the database holds contracts, or its schema is not the backup's
 */
export async function restore(deps: RestoreDeps): Promise<Restored> {
  await migrate(deps.databaseUrl);
  const client = new pg.Client({ connectionString: deps.databaseUrl });
  await client.connect();
  try {
    await refuseFull(client);
    await client.query('begin');
    const tables = await tablesInOrder(client);
    await client.query(tables.map((table) => `alter table ${table} disable trigger user`).join(';'));
    await client.query(`truncate ${tables.join(', ')}`);
    const restored = await load(client, deps);
    const lines = [await readErased(dirname(deps.file)), await erasedIn(deps.erasedIn)].flat();
    const erased = await eraseAgain(client, deps.archive, lines);
    await client.query(tables.map((table) => `alter table ${table} enable trigger user`).join(';'));
    await advanceSequences(client);
    const begunAnew =
      deps.temporalIsEmpty === true ? { begunAnew: await beginAnew(client, new Date(restored.at)) } : {};
    await client.query('commit');
    return { ...restored, erased, ...begunAnew };
  } finally {
    await client.end();
  }
}

async function refuseFull(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('select 1 from paraphe.contract limit 1');
  if (rowCount !== 0) throw new Error('The database holds contracts: restore into an empty one.');
}

async function load(
  client: pg.Client,
  { file, key, archive }: RestoreDeps,
): Promise<Omit<Restored, 'erased' | 'begunAnew'>> {
  const result = { at: '', version: '', tables: 0, archived: 0 };
  let copy: CopyStreamQuery | null = null;
  let archiveKey: string | null = null;
  let parts: Buffer[] = [];
  const finish = async (): Promise<void> => {
    if (copy !== null) await endCopy(copy);
    if (archiveKey !== null) await archive.put(archiveKey, Buffer.concat(parts));
    copy = null;
    archiveKey = null;
    parts = [];
  };
  for await (const { kind, bytes } of readRecords(createReadStream(file), key)) {
    if (kind === 'data') {
      if (copy !== null) await writeCopy(copy, bytes);
      else parts.push(bytes);
      continue;
    }
    await finish();
    const head = JSON.parse(bytes.toString()) as Head;
    if (head.type === 'backup') {
      await checkSchema(client, head);
      Object.assign(result, { at: head.at, version: head.version });
    } else if (head.type === 'table') {
      copy = client.query(copyFrom(`copy ${head.table} (${head.columns.join(', ')}) from stdin`));
      // Whoever waits for it hears of its errors; afterwards nobody does, and that must not end the process.
      copy.on('error', () => undefined);
      result.tables += 1;
    } else {
      archiveKey = head.key;
      result.archived += 1;
    }
  }
  await finish();
  return result;
}

async function writeCopy(copy: CopyStreamQuery, bytes: Buffer): Promise<void> {
  if (!copy.write(bytes)) await once(copy, 'drain');
}

async function endCopy(copy: CopyStreamQuery): Promise<void> {
  const done = once(copy, 'finish');
  copy.end();
  await done;
}

async function checkSchema(
  client: pg.Client,
  { version, migrations }: { version: string; migrations: string[] },
) {
  const here = await migrationsOf(client);
  if (here.join() !== migrations.join())
    throw new Error(
      `The backup is of version ${version} with another schema: restore with that version, then upgrade.`,
    );
}

async function erasedIn(url: string | undefined): Promise<string[]> {
  if (url === undefined) return [];
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ line: string }>(
      'select row_to_json(r)::text as line from paraphe.retention r where purged_at is not null',
    );
    return rows.map(({ line }) => line);
  } finally {
    await client.end();
  }
}

/** Numbers go on behind the highest that was restored. */
async function advanceSequences(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string }>(
    `select format('%I.%I', c.relnamespace::regnamespace, c.relname) as table, quote_ident(attname) as column from pg_attribute a
     join pg_class c on c.oid = a.attrelid
     where attidentity <> '' and c.relnamespace::regnamespace::text in ('paraphe', 'personal')`,
  );
  for (const { table, column } of rows)
    await client.query(
      `select setval(pg_get_serial_sequence($1, $2), coalesce((select max(${column}) from ${table}), 0) + 1, false)`,
      [table, column.replaceAll('"', '')],
    );
}

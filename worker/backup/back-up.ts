import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Archive } from '../../adapters/archive/archive.js';
import { createRecordWriter, type RecordWriter } from './container.js';
import { columnsOf, migrationsOf, tablesInOrder } from './tables.js';

export interface BackUpDeps {
  databaseUrl: string;
  archive: Pick<Archive, 'list' | 'get'>;
  /** 32 bytes; kept apart from the backups. */
  key: Buffer;
  folder: string;
  version: string;
  now: Date;
}

export interface BackupMade {
  file: string;
  bytes: number;
  rows: number;
  archived: number;
}

/** Where the archive keeps what. */
const PLACES = ['signed/', 'apart/', 'evidence/', 'journal/'];
const ENDING = '.backup';

/**
 * Writes PostgreSQL and the archive into one sealed file. The database is read from one snapshot, the archive after
 * it: what the snapshot names is in the archive, because files are written before they are named; what was erased
 * meanwhile is missing, as it should be. The file appears whole or not at all. Beside it `erased.jsonl` remembers
 * which contracts were erased, so that an older backup does not bring them back.
 */
export async function backUp(deps: BackUpDeps): Promise<BackupMade> {
  const { folder, key, now } = deps;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `paraphe-${now.toISOString().replaceAll(/[:.]/g, '-')}${ENDING}`);
  const client = new pg.Client({ connectionString: deps.databaseUrl });
  await client.connect();
  try {
    const out = createWriteStream(`${file}.part`, { mode: 0o600, flush: true });
    const writer = createRecordWriter(out, key);
    const rows = await dumpTables(client, writer, deps);
    const archived = await dumpArchive(deps.archive, writer);
    await writer.end();
    await rememberErased(client, folder);
    await rename(`${file}.part`, file);
    const { size: bytes } = await stat(file);
    await client.query('insert into paraphe.backup (at, ended_at, bytes) values ($1, now(), $2)', [
      now,
      bytes,
    ]);
    return { file, bytes, rows, archived };
  } catch (error) {
    await rm(`${file}.part`, { force: true });
    throw error;
  } finally {
    await client.end();
  }
}

async function dumpTables(client: pg.Client, writer: RecordWriter, deps: BackUpDeps): Promise<number> {
  await client.query('begin isolation level repeatable read read only');
  await writer.head({
    type: 'backup',
    at: deps.now,
    version: deps.version,
    migrations: await migrationsOf(client),
  });
  let rows = 0;
  for (const table of await tablesInOrder(client)) {
    const columns = await columnsOf(client, table);
    await writer.head({ type: 'table', table, columns });
    const stream = client.query(copyTo(`copy ${table} (${columns.join(', ')}) to stdout`));
    for await (const chunk of stream) await writer.data(chunk as Buffer);
    rows += stream.rowCount ?? 0;
  }
  await client.query('commit');
  return rows;
}

async function dumpArchive(archive: BackUpDeps['archive'], writer: RecordWriter): Promise<number> {
  const keys = (await Promise.all(PLACES.map((place) => archive.list(place)))).flat();
  let archived = 0;
  for (const key of keys) {
    const bytes = await archive.get(key).catch((error: Error) => {
      // Erased since it was listed.
      if (error.name === 'ArchiveMissing') return null;
      throw error;
    });
    if (bytes === null) continue;
    await writer.head({ type: 'archive', key });
    await writer.data(bytes);
    archived += 1;
  }
  return archived;
}

/**
 * The list only grows: a database that was restored from an older backup, or is new, knows less than the one before,
 * and a backup of it must not make us forget.
 */
async function rememberErased(client: pg.Client, folder: string): Promise<void> {
  const { rows } = await client.query<{ line: string }>(
    'select row_to_json(r)::text as line from paraphe.retention r where purged_at is not null',
  );
  const known = await readErased(folder);
  const lines = new Map([...known, ...rows.map(({ line }) => line)].map((line) => [contractOf(line), line]));
  const text = [...lines.keys()]
    .sort()
    .map((id) => `${lines.get(id)}\n`)
    .join('');
  await writeFile(join(folder, 'erased.jsonl.part'), text, { mode: 0o600, flush: true });
  await rename(join(folder, 'erased.jsonl.part'), join(folder, 'erased.jsonl'));
}

function contractOf(line: string): string {
  return (JSON.parse(line) as { contract_id: string }).contract_id;
}

/** Rows of erased contracts, as JSON, that lie beside backups. */
export async function readErased(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, 'erased.jsonl'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').filter((line) => line !== '');
}

/** Removes all but the newest backups. */
export async function keepNewest(folder: string, count: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(ENDING)).sort();
  for (const name of names.slice(0, Math.max(0, names.length - count))) await rm(join(folder, name));
}

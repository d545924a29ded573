import { parseArgs } from 'node:util';
import pg from 'pg';
import { createArchive } from '../../adapters/archive/create-archive.js';
import { readBackupSettings, readDatabaseUrl } from '../../runtime/config.js';
import { beginAnew, type BegunAnew } from './begin-anew.js';
import { restore } from './restore.js';

const options = {
  from: { type: 'string' },
  'erased-in': { type: 'string' },
  'temporal-empty': { type: 'boolean', default: false },
} as const;

/**
 * `npm run restore -- --from FILE [--erased-in DATABASE_URL] [--temporal-empty]`, into the database and archive of
 * the settings. Without a file, `--temporal-empty` alone serves a database that is whole while Temporal is lost.
 */
async function main(): Promise<void> {
  const {
    from: file,
    'erased-in': erasedIn,
    'temporal-empty': temporalIsEmpty,
  } = parseArgs({ options }).values;
  if (file === undefined && temporalIsEmpty) return print(await withClient(readDatabaseUrl(), anew));
  if (file === undefined) throw new Error('Say which: npm run restore -- --from FILE');
  const { databaseUrl, archiveUrl, key } = readBackupSettings();
  const archive = createArchive(archiveUrl);
  const extra = erasedIn === undefined ? {} : { erasedIn };
  print(await restore({ databaseUrl, archive, key, file, temporalIsEmpty, ...extra }));
}

async function anew(client: pg.Client): Promise<BegunAnew> {
  await client.query('begin');
  const begun = await beginAnew(client, new Date());
  await client.query('commit');
  return begun;
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function print(result: object): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});

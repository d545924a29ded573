import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createArchive } from '../../adapters/archive/create-archive.js';
import { query } from '../../local/postgres/query.js';
import { backUp, keepNewest } from '../../worker/backup/back-up.js';
import { restore } from '../../worker/backup/restore.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

let source: TestDatabase;
let target: TestDatabase;
let folder: string;
let home: string;

const key = randomBytes(32);
const NOW = new Date('2026-11-20T02:00:00Z');
const KEPT = 'ctr_00000000000000000000000001';
const ERASED = 'ctr_00000000000000000000000002';

beforeEach(async () => {
  [source, target] = [await createTestDatabase(), await createTestDatabase()];
  home = await mkdtemp(path.join(tmpdir(), 'paraphe-backup-'));
  folder = path.join(home, 'backups');
  await fill(source.url);
});

afterEach(async () => {
  await source.drop();
  await target.drop();
});

const archiveAt = (name: string) => createArchive(pathToFileURL(path.join(home, name)).href);

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function fill(url: string): Promise<void> {
  await query(
    url,
    `insert into paraphe.client (id, name, scopes, created_at) values ('cli_1', 'a\tb\\c', '{a,b}', now())`,
  );
  await query(
    url,
    `insert into paraphe.connection (id, environment, url, api_user, sms_limit, attempt_limit, created_at)
    values ('con_1', 'sandbox', 'http://127.0.0.1', 'u', 5, 5, now())`,
  );
  for (const id of [KEPT, ERASED]) {
    await query(
      url,
      `insert into paraphe.contract (id, client_id, connection_id, status, deadline, state, version, language,
      notify_signatories, notify_owner, created_at, updated_at)
      values ($1, 'cli_1', 'con_1', 'completed', now(), '{"a": "é\\n"}', 1, 'fr', true, true, now(), now())`,
      [id],
    );
    await query(url, 'insert into personal.contract_data values ($1, $2, $3, $4)', [
      id,
      'cli_1',
      randomBytes(40),
      randomBytes(9_000),
    ]);
    await query(
      url,
      `insert into personal.document_content values ($1, 'cli_1', $2, null, $3, 'x', 1, 1, now())`,
      [`doc_${id}`, id, randomBytes(300_000)],
    );
    await query(
      url,
      `insert into paraphe.journal (at, actor, action, object, outcome) values (now(), 'a', 'create', $1, 'done')`,
      [id],
    );
    await archiveAt('archive').put(`signed/${id}/doc_1/abc`, randomBytes(2_500_000));
  }
  await query(url, `update paraphe.journal set position = id, previous_hash = '0', hash = 'h' || id`);
  await query(
    url,
    `insert into paraphe.platform_call (connection_id, operation, priority, at) values ('con_1', 'list', 5, now())`,
  );
}

/** Every row of every table, as text. */
async function contentOf(url: string): Promise<Record<string, string[]>> {
  const tables = await query(
    url,
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname in ('paraphe', 'personal') and tablename <> 'backup' order by 1`,
  );
  const content: Record<string, string[]> = {};
  for (const { name } of tables)
    content[String(name)] = (await query(url, `select t::text as row from ${String(name)} t order by 1`)).map(
      ({ row }) => String(row),
    );
  return content;
}

async function made() {
  return backUp({
    databaseUrl: source.url,
    archive: archiveAt('archive'),
    key,
    folder,
    version: '0.1.0',
    now: NOW,
  });
}

test('what was backed up is restored row by row and file by file, and numbers go on', async () => {
  const backup = await made();
  const restored = await restore({
    databaseUrl: target.url,
    archive: archiveAt('other'),
    key,
    file: backup.file,
  });
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url));
  expect(restored).toMatchObject({ at: NOW.toISOString(), version: '0.1.0', archived: 2, erased: 0 });
  for (const id of [KEPT, ERASED])
    expect(digest(await archiveAt('other').get(`signed/${id}/doc_1/abc`))).toBe(
      digest(await archiveAt('archive').get(`signed/${id}/doc_1/abc`)),
    );
  const [row] = await query(
    target.url,
    `insert into paraphe.platform_call (connection_id, operation, priority, at)
    values ('con_1', 'list', 5, now()) returning id`,
  );
  expect(Number(row!['id'])).toBe(2);
  await expect(query(target.url, `update paraphe.journal set actor = 'b'`)).rejects.toThrow('only appended');
  expect(
    (await query(source.url, 'select bytes from paraphe.backup')).map(({ bytes }) => Number(bytes)),
  ).toEqual([backup.bytes]);
});

async function erase(url: string): Promise<void> {
  await query(
    url,
    'update personal.contract_data set wrapped_key = null, sealed = null where contract_id = $1',
    [ERASED],
  );
  await query(url, 'delete from personal.document_content where contract_id = $1', [ERASED]);
  await query(
    url,
    `insert into paraphe.retention (contract_id, client_id, purged_at, receipt) values ($1, 'cli_1', now(), '{}')`,
    [ERASED],
  );
}

test.each([
  ['a later backup', false],
  ['the database that was', true],
])('what was erased after the backup stays erased, as %s remembers', async (_who, fromDatabase) => {
  const { file } = await made();
  await erase(source.url);
  if (!fromDatabase)
    await backUp({
      databaseUrl: source.url,
      archive: archiveAt('archive'),
      key,
      folder,
      version: '0.1.0',
      now: new Date(),
    });
  const extra = fromDatabase ? { erasedIn: source.url } : {};
  const restored = await restore({
    databaseUrl: target.url,
    archive: archiveAt('other'),
    key,
    file,
    ...extra,
  });
  expect(restored.erased).toBe(1);
  const keys = await query(
    target.url,
    'select contract_id from personal.contract_data where wrapped_key is not null',
  );
  expect(keys).toEqual([{ contract_id: KEPT }]);
  expect(await query(target.url, 'select contract_id from personal.document_content')).toEqual([
    { contract_id: KEPT },
  ]);
  expect(
    await query(target.url, 'select contract_id from paraphe.retention where purged_at is not null'),
  ).toEqual([{ contract_id: ERASED }]);
  expect(await archiveAt('other').list('signed/')).toEqual([`signed/${KEPT}/doc_1/abc`]);
});

test('a backup does not open with another key, changed, or cut off, and then leaves nothing behind', async () => {
  const { file } = await made();
  const bytes = await readFile(file);
  const into = { databaseUrl: target.url, archive: archiveAt('other') };
  await expect(restore({ ...into, file, key: randomBytes(32) })).rejects.toThrow('does not open');
  const changed = Buffer.from(bytes);
  changed[bytes.length >> 1]! ^= 1;
  await writeFile(`${file}.changed`, changed);
  await expect(restore({ ...into, key, file: `${file}.changed` })).rejects.toThrow('does not open');
  await writeFile(`${file}.cut`, bytes.subarray(0, bytes.length - 100_000));
  await expect(restore({ ...into, key, file: `${file}.cut` })).rejects.toThrow(/cut off/);
  expect(await query(target.url, 'select 1 from paraphe.contract')).toEqual([]);
  expect(bytes.includes('cli_1')).toBe(false);
});

test('a database that holds contracts is not overwritten', async () => {
  const { file } = await made();
  const again = restore({ databaseUrl: source.url, archive: archiveAt('other'), key, file });
  await expect(again).rejects.toThrow('restore into an empty one');
});

test('of many backups the newest are kept', async () => {
  const day = (number: number) => new Date(NOW.getTime() + number * 86_400_000);
  const files: string[] = [];
  for (const number of [0, 1, 2])
    files.push(
      (
        await backUp({
          databaseUrl: source.url,
          archive: archiveAt('archive'),
          key,
          folder,
          version: '0.1.0',
          now: day(number),
        })
      ).file,
    );
  await keepNewest(folder, 2);
  await expect(readFile(files[0]!)).rejects.toThrow('ENOENT');
  expect((await readFile(files[2]!)).length).toBeGreaterThan(0);
});

test('restored for an empty Temporal, what was under way begins anew, and no creation is made twice', async () => {
  const OPEN = 'ctr_00000000000000000000000003';
  const WAITING = 'ctr_00000000000000000000000004';
  const CREATED = 'ctr_00000000000000000000000005';
  const GUARDED = 'ctr_00000000000000000000000006';
  const rows: [string, string, string][] = [
    [OPEN, 'open', '{}'],
    [WAITING, 'accepted', '{}'],
    [CREATED, 'accepted', '{}'],
    [GUARDED, 'cancelled', '{"draftLeftBehind": true}'],
  ];
  for (const [id, status, state] of rows)
    await query(
      source.url,
      `insert into paraphe.contract (id, client_id, connection_id, status, deadline, state, version, language,
        notify_signatories, notify_owner, created_at, updated_at, workflow_started_at, seen_status, seen_updated_at)
        values ($1, 'cli_1', 'con_1', $2, now(), $3, 1, 'fr', true, true, now(), now(), now(), 'submitted', 'x')`,
      [id, status, state],
    );
  await query(
    source.url,
    `insert into paraphe.platform_call (connection_id, contract_id, operation, intent, priority, at, outcome)
    values ('con_1', $1, 'create', 'create:' || $1, 2, now(), 'done')`,
    [CREATED],
  );
  await query(
    source.url,
    `with endpoint as (insert into paraphe.webhook_endpoint (id, client_id, url, events, sealed, created_at)
        values ('whe_1', 'cli_1', 'https://example.org', '{*}', '', now())),
      event as (insert into paraphe.event (id, client_id, contract_id, sequence, type, body, occurred_at, observed_at)
        values ('evt_1', 'cli_1', $1, 1, 'contract.accepted', '{}', now(), now()))
    insert into paraphe.delivery (id, client_id, event_id, endpoint_id, status, next_attempt_at, workflow_started_at,
      held_until, created_at) values ('dlv_1', 'cli_1', 'evt_1', 'whe_1', 'pending', now(), now(), now(), now())`,
    [OPEN],
  );
  const { file } = await made();
  const restored = await restore({
    databaseUrl: target.url,
    archive: archiveAt('other'),
    key,
    file,
    temporalIsEmpty: true,
  });
  expect(restored.begunAnew).toEqual({ contracts: 4, deliveries: 1, creationsInDoubt: 1 });
  expect(
    await query(
      target.url,
      `select id from paraphe.contract where workflow_started_at is null and seen_status is null
      and seen_updated_at is null order by id`,
    ),
  ).toEqual([KEPT, ERASED, OPEN, WAITING, CREATED, GUARDED].map((id) => ({ id })));
  expect(await query(target.url, 'select workflow_started_at, held_until from paraphe.delivery')).toEqual([
    { workflow_started_at: null, held_until: null },
  ]);
  const calls = await query(
    target.url,
    `select intent, outcome, at from paraphe.platform_call where intent is not null order by intent`,
  );
  expect(calls.map(({ intent, outcome }) => [intent, outcome])).toEqual([
    [`create:${WAITING}`, 'unknown'],
    [`create:${CREATED}`, 'done'],
  ]);
  expect(calls[0]?.['at']).toEqual(NOW);
});

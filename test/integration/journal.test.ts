import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sql } from 'kysely';
import { anchorJournal, createJournalActivities } from '../../activities/journal.js';
import { createFileArchive } from '../../adapters/archive/file-archive.js';
import { systemClock } from '../../runtime/clock.js';
import { createVault } from '../../runtime/vault.js';
import { createDatabase, type Database, type Tx } from '../../store/database.js';
import { listEvidenceKeys } from '../../store/evidence-keys.js';
import { chainJournal, readHead } from '../../store/journal-chain.js';
import { writeJournal } from '../../store/journal.js';
import {
  readAnchors,
  verifyIn,
  verifyJournal,
  type JournalReport,
  type NamedAnchor,
} from '../../worker/verify-journal.js';
import { verifyJournalCommand } from '../../worker/verify-journal-command.js';
import { alteration, numbers } from '../support/journal-alterations.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const ENTRIES = 60;
const ALTERATIONS = Number(process.env['JOURNAL_ALTERATIONS'] ?? 1_000);

let database: TestDatabase;
let db: Database;
let home: string;
let trust: { publicKeys: string[]; tsaTrust: string[] };
let anchors: NamedAnchor[];
const vault = createVault(Buffer.alloc(32, 7));

const archive = () => createFileArchive(pathToFileURL(home).href);
const deps = () => ({ db, vault, clock: systemClock, archive: archive(), stamp: null });

function append(count: number, name = 'read'): Promise<void> {
  return db.transaction().execute(async (tx) => {
    for (let i = 0; i < count; i++)
      await writeJournal(tx, {
        at: new Date(Date.UTC(2026, 0, 1) + i * 1000),
        clientId: i % 3 === 0 ? null : 'cli_a',
        actor: `key_${i % 5}`,
        action: name,
        object: `ctr_${i}`,
        outcome: 'shown',
        detail: { requestId: `req_${i}`, n: i, é: ['ü', { b: 1.5, a: null }] },
      });
  });
}

beforeAll(async () => {
  database = await createTestDatabase();
  home = await mkdtemp(join(tmpdir(), 'paraphe-journal-'));
  db = createDatabase(database.url, 'paraphe_worker', 4).db;
  await append(ENTRIES / 2);
  await createJournalActivities(deps()).keepJournal();
  await append(ENTRIES / 2);
  await chainJournal(db);
  trust = { publicKeys: (await listEvidenceKeys(db)).map((key) => key.public_key), tsaTrust: [] };
  anchors = await readAnchors(archive());
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
  await rm(home, { recursive: true, force: true });
});

test('an untouched journal is whole, and its head was written down outside', async () => {
  const report = await verifyJournal(db, archive(), trust);
  expect(report).toEqual({
    entries: ENTRIES,
    waiting: 0,
    anchors: { checked: 1, timestamped: 0 },
    faults: [],
  });
});

test.each([
  ['update', sql`update paraphe.journal set actor = 'x' where position = 3`],
  [
    'rechain',
    sql`update paraphe.journal set hash = 'x', position = 9999, previous_hash = 'x' where position = 3`,
  ],
  ['delete', sql`delete from paraphe.journal where position = 3`],
  ['truncate', sql`truncate paraphe.journal`],
  [
    'insert into the chain',
    sql`insert into paraphe.journal (at, actor, action, object, outcome, position) values (now(), 'a', 'b', 'c', 'd', 9999)`,
  ],
])('the database refuses to %s, even to its owner', async (_name, statement) => {
  const asOwner = db.transaction().execute(async (tx) => {
    await sql`set local role none`.execute(tx);
    await statement.execute(tx);
  });
  await expect(asOwner).rejects.toThrow(/only appended to|chained later/);
});

test('an unchained entry is chained once only', async () => {
  await db
    .transaction()
    .execute(async (tx) => {
      await writeJournal(tx, {
        at: new Date(),
        clientId: null,
        actor: 'a',
        action: 'b',
        object: 'c',
        outcome: 'd',
      });
      const chain = sql`update paraphe.journal set position = 5000, previous_hash = 'x', hash = 'y' where position is null`;
      await chain.execute(tx);
      await expect(
        sql`update paraphe.journal set hash = 'z' where position = 5000`.execute(tx),
      ).rejects.toThrow(/only appended to/);
      throw new Error('undone');
    })
    .catch(() => undefined);
});

/** Switches off, as the owner of the database could, what keeps the journal from being altered. */
async function loosen(): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`set local role none`.execute(tx);
    await sql`alter table paraphe.journal disable trigger user`.execute(tx);
    await sql`drop index paraphe.journal_position_key`.execute(tx);
    await sql`alter table paraphe.journal alter column id drop identity`.execute(tx);
    await sql`alter table paraphe.journal alter column id set default 1000000 + (random() * 1e9)::bigint`.execute(
      tx,
    );
  });
}

/** Alters the journal, checks it, and takes the alteration back. */
async function altered(alter: (tx: Tx) => Promise<unknown>): Promise<JournalReport> {
  let report: JournalReport | undefined;
  const undo = new Error('undo');
  await db
    .transaction()
    .execute(async (tx) => {
      await sql`set local role none`.execute(tx);
      await alter(tx);
      report = await verifyIn(tx, anchors, trust);
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  return report!;
}

test(`${ALTERATIONS} random alterations are all found, and named by their kind`, async () => {
  await loosen();
  const random = numbers(20_260_101);
  const missed: string[] = [];
  for (let n = 0; n < ALTERATIONS; n++) {
    const { name, position, kinds, run } = alteration(random, ENTRIES);
    const { faults } = await altered(run);
    const found = faults.some((fault) => kinds.includes(fault.kind));
    if (!found) missed.push(`${name} at ${position}: ${JSON.stringify(faults.slice(0, 2))}`);
  }
  expect(missed).toEqual([]);
}, 180_000);

test('a single change is named by its entry and its row, and nothing else is', async () => {
  const { faults } = await altered((tx) =>
    sql`update paraphe.journal set object = 'ctr_other' where position = 42`.execute(tx),
  );
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatchObject({ kind: 'changed', position: 42 });
});

test('a changed anchor shows', async () => {
  const [anchor] = anchors;
  const other = {
    name: anchor!.name,
    text: anchor!.text.replace(/"hash\\":\\"./, (found) => `${found.slice(0, -1)}x`),
  };
  expect(other.text).not.toBe(anchor!.text);
  const report = await db.transaction().execute((tx) => verifyIn(tx, [other], trust));
  expect(report.faults).toMatchObject([{ kind: 'anchor', detail: expect.stringContaining('not signed') }]);
});

test('the command exits with 0 for a whole journal and 1 for one that was cut', async () => {
  const environment = { DATABASE_URL: database.url, ARCHIVE_URL: pathToFileURL(home).href };
  const lines: string[] = [];
  const write = (text: string): unknown => lines.push(text);
  expect(await verifyJournalCommand([], environment, write)).toBe(0);
  expect(lines.join('')).toContain(`The journal is whole: ${ENTRIES} entries chained`);

  // A head outside that the database does not know: its end was cut off.
  const { position, hash } = await readHead(db);
  const key = (await readdir(join(home, 'journal', 'anchors')))[0]!;
  expect(key).toContain('.json');
  await anchorJournal(deps());
  await db.transaction().execute(async (tx) => {
    await sql`set local role none`.execute(tx);
    await sql`alter table paraphe.journal disable trigger user`.execute(tx);
    await sql`delete from paraphe.journal where position = ${position}`.execute(tx);
    await sql`alter table paraphe.journal enable trigger user`.execute(tx);
  });
  expect(hash).toHaveLength(64);
  expect(await verifyJournalCommand([], environment, write)).toBe(1);
  expect(lines.join('')).toContain(`truncated: The journal ends at ${ENTRIES - 1}`);
  await writeFile(join(home, 'note.txt'), 'other files are left alone');
});

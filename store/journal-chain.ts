import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { entryText, type ChainedEntry } from '../domain/journal/entry.js';
import type { Database, Tx } from './database.js';

/** Whoever chains holds this lock, so that there is one chainer. */
const LOCK = 7_034_115;
const BATCH = 1_000;

export interface JournalHead {
  position: number;
  hash: string;
  /** When a head was last written down outside the database. */
  anchored_at: Date | null;
}

type Row = Omit<ChainedEntry, 'position' | 'previousHash' | 'hash'>;

// The time as text: a Date of JavaScript would lose the microseconds, and with them a change to them.
const COLUMNS = sql`id, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, client_id as "clientId",
  actor, action, object, outcome, detail`;

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Gives committed entries that are not in the chain their place and hash, oldest row first.
 * @returns how many
 */
export async function chainJournal(db: Database): Promise<number> {
  let chained = 0;
  for (;;) {
    const count = await db.transaction().execute(chainBatch);
    chained += count;
    if (count < BATCH) return chained;
  }
}

async function chainBatch(tx: Tx): Promise<number> {
  await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
  const { rows } =
    await sql<Row>`select ${COLUMNS} from paraphe.journal where position is null order by id limit ${BATCH}`.execute(
      tx,
    );
  if (rows.length === 0) return 0;
  const { position, hash } = await readHead(tx);
  let head = { position, hash };
  const links = rows.map((row) => {
    const entry = { ...row, position: head.position + 1, previousHash: head.hash };
    head = { position: entry.position, hash: sha256(entryText(entry)) };
    return { id: row.id, previous: entry.previousHash, ...head };
  });
  await sql`update paraphe.journal j set position = l.position, previous_hash = l.previous, hash = l.hash
    from jsonb_to_recordset(${JSON.stringify(links)}::jsonb) as l(id bigint, position bigint, previous text, hash text)
    where j.id = l.id`.execute(tx);
  await tx.updateTable('paraphe.journal_head').set(head).execute();
  return rows.length;
}

/** The last chained entry, as the chainer noted it. */
export function readHead(db: Database | Tx): Promise<JournalHead> {
  return db
    .selectFrom('paraphe.journal_head')
    .select(['position', 'hash', 'anchored_at'])
    .executeTakeFirstOrThrow();
}

/** Notes that a head was written down outside. */
export async function noteAnchored(db: Database, at: Date): Promise<void> {
  await db.updateTable('paraphe.journal_head').set({ anchored_at: at }).execute();
}

/** The chain, entry by entry, from the beginning; a thousand at a time are in memory. */
export async function* readChain(db: Database | Tx): AsyncGenerator<ChainedEntry> {
  // By position and row: a second entry at a position, possible for whoever drops the constraint, is read too.
  let after = { position: Number.MIN_SAFE_INTEGER, id: 0 };
  for (;;) {
    const { rows } = await sql<ChainedEntry>`
      select ${COLUMNS}, position, previous_hash as "previousHash", hash from paraphe.journal
      where position is not null and (position, id) > (${after.position}, ${after.id})
      order by position, id limit ${BATCH}`.execute(db);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    after = { position: last.position, id: last.id };
  }
}

/** Chained entries about a contract and its documents: looked up by what they may be about, the journal is long. */
export async function readChainOf(db: Database | Tx, contractId: string): Promise<ChainedEntry[]> {
  // In the collation of the index on `object`; ids have another.
  const documents = sql`(select document_id collate "default" as id from personal.document_content
    where contract_id = ${contractId}) document`;
  const { rows } = await sql<ChainedEntry>`
    select ${COLUMNS}, position, previous_hash as "previousHash", hash from paraphe.journal
    where position is not null and object = any(array(
      select ${contractId}::text union all select id from ${documents}
      union all select ${`${contractId}/`} || id from ${documents}))
    order by position`.execute(db);
  return rows;
}

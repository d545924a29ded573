import { sql } from 'kysely';
import { entryText } from '../../domain/journal/entry.js';
import type { Tx } from '../../store/database.js';
import { sha256 } from '../../store/journal-chain.js';

/** A generator of repeatable numbers (mulberry32). */
export function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

export type Alteration = {
  name: string;
  position: number;
  kinds: string[];
  run: (tx: Tx) => Promise<unknown>;
};

export function alteration(random: (below: number) => number, entries: number): Alteration {
  const position = 1 + random(entries);
  const at = sql`where position = ${position}`;
  const change = (name: string, set: ReturnType<typeof sql>): Alteration => ({
    name,
    position,
    kinds: ['changed'],
    run: (tx) => sql`update paraphe.journal set ${set} ${at}`.execute(tx),
  });
  const choices: (() => Alteration)[] = [
    () => change('actor', sql`actor = actor || ${String(random(9))}`),
    () => change('action', sql`action = 'write'`),
    () => change('object', sql`object = ${`ctr_x${random(99)}`}`),
    () => change('outcome', sql`outcome = ''`),
    () => change('client', sql`client_id = 'cli_b'`),
    () => change('time by a microsecond', sql`at = at + interval '1 microsecond'`),
    () => change('detail', sql`detail = jsonb_set(detail, '{n}', '-1')`),
    () => change('detail emptied', sql`detail = '{}'`),
    () => change('row number', sql`id = id + 100000`),
    () => change('hash', sql`hash = md5(hash) || md5(hash)`),
    () => ({
      ...change('link', sql`previous_hash = md5(hash) || md5(hash)`),
      kinds: ['changed', 'inserted'],
    }),
    () => ({
      name: 'changed with its own hash made anew',
      position,
      // The next entry no longer follows from it; the last one is not the head that was noted.
      kinds: ['changed', 'inserted', 'anchor'],
      run: (tx) => rehash(tx, position, { actor: 'somebody' }),
    }),
    () => ({
      name: 'removed',
      position,
      kinds: position === entries ? ['truncated'] : ['removed'],
      run: (tx) => sql`delete from paraphe.journal ${at}`.execute(tx),
    }),
    () => ({
      name: 'taken out of the chain',
      position,
      kinds: position === entries ? ['truncated'] : ['removed'],
      run: (tx) => sql`update paraphe.journal set position = null ${at}`.execute(tx),
    }),
    () => ({
      name: 'cut off',
      position,
      kinds: ['truncated'],
      run: (tx) => sql`delete from paraphe.journal where position >= ${position}`.execute(tx),
    }),
    () => ({
      name: 'inserted at a place that is taken',
      position,
      kinds: ['inserted'],
      run: (tx) =>
        sql`insert into paraphe.journal (at, actor, action, object, outcome, position, previous_hash, hash)
          select at, 'x', action, object, outcome, position, previous_hash, hash from paraphe.journal ${at}`.execute(
          tx,
        ),
    }),
    () => ({
      name: 'inserted with everything after moved on',
      position,
      kinds: ['inserted', 'changed'],
      run: async (tx) => {
        await sql`update paraphe.journal set position = position + 1 where position >= ${position}`.execute(
          tx,
        );
        await sql`insert into paraphe.journal (at, actor, action, object, outcome, position, previous_hash, hash)
          values (now(), 'x', 'y', 'z', 'w', ${position}, '', '')`.execute(tx);
      },
    }),
    () => ({
      name: 'rewritten from there to the end, head and all',
      position: 1 + random(entries / 2),
      kinds: ['anchor'],
      run: async (tx) => rewrite(tx, 1 + random(entries / 2)),
    }),
    () => ({
      name: 'cut off, head and all, before a head outside',
      position: 1 + random(entries / 2),
      kinds: ['truncated'],
      run: async (tx) => {
        await sql`delete from paraphe.journal where position >= ${entries / 2}`.execute(tx);
        await sql`update paraphe.journal_head set (position, hash) =
          (select position, hash from paraphe.journal where position is not null order by position desc limit 1)`.execute(
          tx,
        );
      },
    }),
  ];
  return choices[random(choices.length)]!();
}

interface Row {
  id: number;
  at: string;
  clientId: string | null;
  actor: string;
  action: string;
  object: string;
  outcome: string;
  detail: object;
  position: number;
  previousHash: string;
  hash: string;
}

async function rows(tx: Tx, from: number): Promise<Row[]> {
  const found =
    await sql<Row>`select id, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, client_id as "clientId",
    actor, action, object, outcome, detail, position, previous_hash as "previousHash", hash
    from paraphe.journal where position >= ${from} order by position`.execute(tx);
  return found.rows;
}

async function rehash(tx: Tx, position: number, change: { actor: string }): Promise<void> {
  const [row] = await rows(tx, position);
  const hash = sha256(entryText({ ...row!, ...change, detail: row!.detail as never }));
  await sql`update paraphe.journal set actor = ${change.actor}, hash = ${hash} where position = ${position}`.execute(
    tx,
  );
}

async function rewrite(tx: Tx, from: number): Promise<void> {
  await sql`update paraphe.journal set actor = 'somebody' where position = ${from}`.execute(tx);
  let previous: string | null = null;
  for (const row of await rows(tx, from)) {
    const previousHash: string = previous ?? row.previousHash;
    previous = sha256(entryText({ ...row, previousHash, detail: row.detail as never }));
    await sql`update paraphe.journal set previous_hash = ${previousHash}, hash = ${previous} where position = ${row.position}`.execute(
      tx,
    );
  }
  await sql`update paraphe.journal_head set hash = ${previous}`.execute(tx);
}

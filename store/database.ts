import { Socket } from 'node:net';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import type { Tables } from './tables.js';

export type Database = Kysely<Tables>;
export type Tx = Transaction<Tables>;
/** The roles of least privilege that the first migration makes. */
export type Role = 'paraphe_api' | 'paraphe_worker';

// Our bigints are row numbers and positions, far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * A pool whose sessions act as the given role, whoever the URL names.
 * @param max connections at most
 * @param silenceMs a connection over which nothing came or went for so long is gone; longer than any statement takes
 */
export function createDatabase(
  url: string,
  role: Role,
  max = 10,
  silenceMs?: number,
): { db: Database; pool: pg.Pool } {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    options: `-c role=${role}`,
    connectionTimeoutMillis: 5_000,
    ...(silenceMs === undefined ? {} : { stream: () => socketWithEnd(silenceMs) }),
  });
  // A connection that breaks is replaced at the next query, and whoever uses it is told by the query; unheard, the
  // event would end the process: the pool's for those that are idle, each one's own between two queries of its user.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return { db: new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }), pool };
}

/**
 * A server that vanishes (a host without power, a network that drops everything) says nothing: whoever waits for its
 * answer would wait for ever, with its place in the pool.
 */
function socketWithEnd(silenceMs: number): Socket {
  const socket = new Socket();
  return socket.setTimeout(silenceMs, () =>
    socket.destroy(Object.assign(new Error('the database fell silent'), { code: 'ETIMEDOUT' })),
  );
}

/** `snapshot`: all that is read stood at one instant (PostgreSQL 18 manual, 13.2.2); for work that changes nothing. */
export interface Reading {
  snapshot?: boolean;
}

/** Runs as one client: row-level security shows its rows only. */
export function asClient<T>(
  db: Database,
  clientId: string,
  work: (tx: Tx) => Promise<T>,
  reading?: Reading,
): Promise<T> {
  return begin(db, reading).execute(async (tx) => {
    await sql`select set_config('paraphe.client', ${clientId}, true)`.execute(tx);
    return work(tx);
  });
}

/** Runs as an operator (scope `admin`): every client's rows. */
export function asOperator<T>(db: Database, work: (tx: Tx) => Promise<T>, reading?: Reading): Promise<T> {
  return begin(db, reading).execute(async (tx) => {
    await sql`select set_config('paraphe.operator', 'on', true)`.execute(tx);
    return work(tx);
  });
}

function begin(db: Database, { snapshot = false }: Reading = {}) {
  return snapshot ? db.transaction().setIsolationLevel('repeatable read') : db.transaction();
}

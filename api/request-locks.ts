import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { RequestKey } from '../store/idempotency.js';

/**
 * Says which request keys are under way, in this process or another, and forgets those of a process that died:
 * session locks of PostgreSQL, held on one connection.
 */
export interface RequestLocks {
  /** @returns how to give it back, or null when another holds it */
  take(key: RequestKey): Promise<(() => Promise<void>) | null>;
  close(): void;
}

/** A lock is taken or not at once; a session that says nothing for so long is gone without a word. */
const PATIENCE_MS = 5_000;

export function createRequestLocks(pool: pg.Pool, patienceMs = PATIENCE_MS): RequestLocks {
  const held = new Set<string>();
  const ask = createLine(patienceMs);
  let session: Promise<Session> | null = null;

  const connected = (): Promise<Session> => {
    if (session !== null) return session;
    const opening: Promise<Session> = pool
      .connect()
      .then((client) => openSession(client, () => forget(opening)));
    opening.catch(() => forget(opening));
    return (session = opening);
  };
  // The next request makes another. Only its own: an old one's end may be told when there is a new one already.
  const forget = (opening: Promise<Session>): void => {
    if (session === opening) session = null;
  };

  return {
    async take(key) {
      const name = JSON.stringify([key.clientId, key.path, key.key]);
      // A session may take its own lock twice, so what this process holds is known here.
      if (held.has(name)) return null;
      held.add(name);
      try {
        const session = await connected();
        const number = createHash('sha256').update(name).digest().readBigInt64BE().toString();
        const { rows } = await ask<{ taken: boolean }>(
          session,
          'select pg_try_advisory_lock($1) as taken',
          number,
        );
        if (rows[0]?.taken !== true) {
          held.delete(name);
          return null;
        }
        return async () => {
          held.delete(name);
          await ask(session, 'select pg_advisory_unlock($1)', number).catch(() => undefined);
        };
      } catch (error) {
        held.delete(name);
        throw error;
      }
    },
    close() {
      session?.then(
        ({ end }) => end(),
        () => undefined,
      );
      session = null;
    },
  };
}

interface Session {
  client: pg.PoolClient;
  /** Gives its place in the pool back; its locks end with it. */
  end: () => void;
}

function openSession(client: pg.PoolClient, onEnd: () => void): Session {
  let isOpen = true;
  const end = (): void => {
    if (!isOpen) return;
    isOpen = false;
    onEnd();
    // A client that is taken out of a pool keeps its place there until it is released, broken or not.
    client.release(true);
  };
  client.once('error', end);
  client.once('end', end);
  return { client, end };
}

type Ask = <T extends pg.QueryResultRow>(
  session: Session,
  text: string,
  number: string,
) => Promise<pg.QueryResult<T>>;

/** Queries one after another: a connection takes one at a time. One that fails is the session's last. */
function createLine(patienceMs: number): Ask {
  let last: Promise<unknown> = Promise.resolve();
  return <T extends pg.QueryResultRow>({ client, end }: Session, text: string, number: string) => {
    const query = { text, values: [number], query_timeout: patienceMs };
    const answer = last.then(() => client.query<T>(query));
    last = answer.catch(end);
    return answer;
  };
}

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

export function createRequestLocks(pool: pg.Pool): RequestLocks {
  const held = new Set<string>();
  let session: Promise<pg.PoolClient> | null = null;
  const ask = createLine();

  const connected = (): Promise<pg.PoolClient> => {
    session ??= pool.connect().then(
      (client) => {
        // With the connection its locks are gone; the next request makes another.
        client.on('error', () => (session = null));
        client.on('end', () => (session = null));
        return client;
      },
      (error: unknown) => {
        session = null;
        throw error;
      },
    );
    return session;
  };

  return {
    async take(key) {
      const name = JSON.stringify([key.clientId, key.path, key.key]);
      // A session may take its own lock twice, so what this process holds is known here.
      if (held.has(name)) return null;
      held.add(name);
      try {
        const client = await connected();
        const number = createHash('sha256').update(name).digest().readBigInt64BE().toString();
        const { rows } = await ask<{ taken: boolean }>(
          client,
          'select pg_try_advisory_lock($1) as taken',
          number,
        );
        if (rows[0]?.taken !== true) {
          held.delete(name);
          return null;
        }
        return async () => {
          held.delete(name);
          await ask(client, 'select pg_advisory_unlock($1)', number).catch(() => undefined);
        };
      } catch (error) {
        held.delete(name);
        throw error;
      }
    },
    close() {
      session?.then(
        (client) => client.release(true),
        () => undefined,
      );
      session = null;
    },
  };
}

type Ask = <T extends pg.QueryResultRow>(
  client: pg.PoolClient,
  text: string,
  number: string,
) => Promise<pg.QueryResult<T>>;

/** Queries one after another: a connection takes one at a time. */
function createLine(): Ask {
  let last: Promise<unknown> = Promise.resolve();
  return <T extends pg.QueryResultRow>(client: pg.PoolClient, text: string, number: string) => {
    const answer = last.then(() => client.query<T>(text, [number]));
    last = answer.catch(() => undefined);
    return answer;
  };
}

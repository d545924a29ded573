import { setTimeout as pause } from 'node:timers/promises';
import { Problem } from '../../domain/problem.js';
import { feedQuery, page } from '../../domain/schemas/requests.js';
import { eventListView } from '../../domain/schemas/views.js';
import { asClient } from '../../store/database.js';
import { contractEvents, readFeed, type FeedRow } from '../../store/feed.js';
import { encodeNumber, decodeNumber } from '../cursor.js';
import type { ApiDeps } from '../deps.js';
import { inTransaction } from '../in-transaction.js';
import { route, type Answer, type Call, type Route } from '../route.js';
import { contractOr404 } from './read-contracts.js';

const LOOK_EVERY_MS = 300;
/**
 * Beyond this many the feed answers at once: each that waits asks PostgreSQL three times a second. One client has a
 * part of them only: whoever finds none left asks again and again.
 */
const WAITING_AT_ONCE = 100;
const WAITING_OF_A_CLIENT = 25;
let waiting = 0;
const waitingOf = new Map<string, number>();

/** @returns how to stop waiting, or null when too many wait */
function beginToWait(clientId: string): (() => void) | null {
  const own = waitingOf.get(clientId) ?? 0;
  if (waiting >= WAITING_AT_ONCE || own >= WAITING_OF_A_CLIENT) return null;
  waiting += 1;
  waitingOf.set(clientId, own + 1);
  return () => {
    waiting -= 1;
    const left = waitingOf.get(clientId)! - 1;
    if (left === 0) waitingOf.delete(clientId);
    else waitingOf.set(clientId, left);
  };
}

const feed = route({
  method: 'get',
  path: '/v1/events',
  scope: 'events:read',
  tag: 'Events',
  summary: 'The same events by polling, oldest first',
  description:
    'Go on with `after` = the id of the last event you have. With `wait` the answer comes as soon as there is an event, or empty after so many seconds.',
  query: feedQuery,
  answers: { 200: { description: 'A page', schema: eventListView } },
  problems: ['events_purged'],
  async handle(call, deps) {
    const { wait } = call.query;
    const until = performance.now() + wait * 1000;
    const rows = await read(call, deps);
    const end = rows.length > 0 || wait === 0 ? null : beginToWait(call.caller.clientId);
    if (end === null) return answer(rows, call.query.limit);
    const signal = call.standAside();
    try {
      while (performance.now() < until && !signal.aborted) {
        await pause(Math.min(LOOK_EVERY_MS, Math.max(1, until - performance.now())));
        const later = await read(call, deps);
        if (later.length > 0) return answer(later, call.query.limit);
      }
      return answer([], call.query.limit);
    } finally {
      end();
    }
  },
});

const ofContract = inTransaction({
  method: 'get',
  path: '/v1/contracts/{id}/events',
  scope: 'events:read',
  tag: 'Contracts',
  summary: 'A contract’s events, oldest first',
  params: { id: 'ctr' },
  query: page,
  answers: { 200: { description: 'A page', schema: eventListView } },
  async work(tx, call) {
    await contractOr404(tx, call);
    const { limit, cursor } = call.query;
    const rows = await contractEvents(tx, call.params['id']!, decodeNumber(cursor), limit + 1);
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return pageAnswer(rows.slice(0, limit), last === undefined ? null : encodeNumber(last.sequence ?? 0));
  },
});

/** Events by polling. */
export const eventRoutes: Route[] = [feed, ofContract];

type FeedCall = Call<
  {
    limit: number;
    after?: string | undefined;
    cursor?: string | undefined;
    type?: string | undefined;
    contract?: string | undefined;
  },
  undefined
>;

async function read(call: FeedCall, deps: ApiDeps): Promise<FeedRow[]> {
  const { limit, after, cursor, type, contract } = call.query;
  const { clientId } = call.caller;
  const filter = { after: after ?? cursor ?? null, type, contract };
  const rows = await asClient(deps.db, clientId, (tx) => readFeed(tx, clientId, filter, limit + 1));
  if (rows === null) throw new Problem('events_purged');
  return rows;
}

function answer(rows: FeedRow[], limit: number): Answer {
  const shown = rows.slice(0, limit);
  return pageAnswer(shown, rows.length > limit ? (shown.at(-1)?.id ?? null) : null);
}

/** Bodies are stored as they are sent: they are put together, not parsed. */
function pageAnswer(rows: FeedRow[], nextCursor: string | null): Answer {
  const data = rows.map((row) => row.body).join(',');
  return { status: 200, raw: `{"data":[${data}],"nextCursor":${JSON.stringify(nextCursor)}}` };
}

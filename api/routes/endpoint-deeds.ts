import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { accountEventData, renderAccountEvent } from '../../domain/account-events.js';
import { Problem } from '../../domain/problem.js';
import { nothing, page, replayBody } from '../../domain/schemas/requests.js';
import { deliveryListView, deliveryView, endpointView, testView } from '../../domain/schemas/views.js';
import { newId } from '../../runtime/ids.js';
import { asClient } from '../../store/database.js';
import {
  deliverTo,
  listAttempts,
  listDeliveries,
  readDelivery,
  replaySince,
  retryDelivery,
  type AttemptRow,
} from '../../store/deliveries.js';
import { enableEndpoint, readEndpoint } from '../../store/endpoints.js';
import { decodeCursor, pageOf } from '../cursor.js';
import type { ApiDeps } from '../deps.js';
import { inTransaction } from '../in-transaction.js';
import { journalDeed } from '../journal-deed.js';
import { route, type Answer, type Call, type Route } from '../route.js';
import { updateOnce } from '../update-once.js';
import { viewAttempt, viewDelivery, viewEndpoint } from '../views/webhooks.js';
import { endpointOr404, oneEndpoint } from './endpoints.js';

const writes = { scope: 'webhooks:write', tag: 'Webhooks' } as const;
const reads = { scope: 'webhooks:read', tag: 'Webhooks' } as const;

/** An attempt takes 15 seconds at most. */
const TEST_PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 100;

const test = route({
  ...writes,
  ...oneEndpoint,
  path: '/v1/webhook-endpoints/{id}/test',
  method: 'post',
  summary: 'Send webhook.test now, and say what came of it',
  body: nothing,
  answers: { 200: { description: 'The attempt', schema: testView } },
  problems: ['endpoint_disabled', 'service_unavailable'],
  handle: (call, deps) => updateOnce(call, deps, false, () => sendTest(call, deps)),
});

const enable = inTransaction({
  ...writes,
  ...oneEndpoint,
  path: '/v1/webhook-endpoints/{id}/enable',
  method: 'post',
  summary: 'Put a disabled webhook endpoint back on',
  body: nothing,
  answers: { 200: { description: 'The endpoint', schema: endpointView } },
  async work(tx, call, deps) {
    const { id } = await endpointOr404(tx, call, true);
    const row = await enableEndpoint(tx, id);
    await journalDeed(tx, call, deps, 'enable', id);
    return { status: 200, body: viewEndpoint(row) };
  },
});

const replay = inTransaction({
  ...writes,
  ...oneEndpoint,
  path: '/v1/webhook-endpoints/{id}/replay',
  method: 'post',
  summary: 'Send everything since a time again',
  body: replayBody,
  answers: { 202: { description: 'How many deliveries are due', schema: z.object({ deliveries: z.int() }) } },
  problems: ['endpoint_disabled'],
  async work(tx, call, deps) {
    const row = await endpointOr404(tx, call);
    if (row.status === 'disabled') throw new Problem('endpoint_disabled');
    const deliveries = await replaySince(tx, row, new Date(call.body.since), deps.clock.now());
    await journalDeed(tx, call, deps, 'replay', row.id, { count: deliveries });
    return { status: 202, body: { deliveries } };
  },
});

const list = inTransaction({
  ...reads,
  ...oneEndpoint,
  path: '/v1/webhook-endpoints/{id}/deliveries',
  method: 'get',
  summary: 'List a webhook endpoint’s deliveries, newest first',
  query: page.extend({ status: z.enum(['pending', 'delivered', 'failed']).optional() }),
  answers: { 200: { description: 'A page', schema: deliveryListView } },
  async work(tx, call) {
    const { id } = await endpointOr404(tx, call);
    const { limit, cursor, status } = call.query;
    const rows = await listDeliveries(tx, id, { status, before: decodeCursor(cursor, 'dlv') }, limit + 1);
    const attempts = await listAttempts(
      tx,
      rows.map((row) => row.id),
    );
    return { status: 200, body: pageOf(rows, limit, (row) => viewDelivery(row, attempts)) };
  },
});

const show = inTransaction({
  ...reads,
  method: 'get',
  path: '/v1/deliveries/{id}',
  params: { id: 'dlv' },
  summary: 'Read a delivery with its attempts',
  answers: { 200: { description: 'The delivery', schema: deliveryView } },
  async work(tx, { params }) {
    const row = await readDelivery(tx, params['id']!);
    if (row === undefined) throw new Problem('not_found', { detail: 'There is no such delivery.' });
    return { status: 200, body: viewDelivery(row, await listAttempts(tx, [row.id])) };
  },
});

const retry = inTransaction({
  ...writes,
  method: 'post',
  path: '/v1/deliveries/{id}/retry',
  params: { id: 'dlv' },
  summary: 'Try a delivery again now',
  body: nothing,
  answers: { 202: { description: 'The delivery', schema: deliveryView } },
  problems: ['endpoint_disabled'],
  async work(tx, call, deps) {
    const id = call.params['id']!;
    const delivery = await readDelivery(tx, id);
    if (delivery === undefined) throw new Problem('not_found', { detail: 'There is no such delivery.' });
    const endpoint = await readEndpoint(tx, delivery.endpoint_id);
    if (endpoint?.status === 'disabled') throw new Problem('endpoint_disabled');
    await retryDelivery(tx, id, deps.clock.now());
    await journalDeed(tx, call, deps, 'retry', id);
    const row = (await readDelivery(tx, id))!;
    return { status: 202, body: viewDelivery(row, await listAttempts(tx, [id])) };
  },
});

/** What can be done with an endpoint, and the log of its attempts. */
export const endpointDeedRoutes: Route[] = [test, enable, replay, list, show, retry];

/** An attempt is written down before it is made, without an outcome; one that a crash cut off is made again. */
function hasOutcome({ status, error }: AttemptRow): boolean {
  return (status !== null || error !== null) && error !== 'interrupted';
}

async function sendTest(call: Call<undefined, unknown>, deps: ApiDeps): Promise<Answer> {
  const deliveryId = await storeTest(call, deps);
  const until = performance.now() + TEST_PATIENCE_MS;
  while (performance.now() < until) {
    const attempts = await attemptsOf(call, deps, deliveryId);
    const attempt = attempts.find(hasOutcome);
    if (attempt !== undefined) return { status: 200, body: { ...viewAttempt(attempt), deliveryId } };
    await pause(LOOK_EVERY_MS);
  }
  throw new Problem('service_unavailable', {
    detail: 'The test waits to be sent: look for its delivery.',
    extra: { deliveryId },
    retryAfterSeconds: 10,
  });
}

async function storeTest(call: Call<undefined, unknown>, deps: ApiDeps): Promise<string> {
  const { clientId } = call.caller;
  return asClient(deps.db, clientId, async (tx) => {
    const endpoint = await endpointOr404(tx, call);
    if (endpoint.status === 'disabled') throw new Problem('endpoint_disabled');
    const at = deps.clock.now();
    const id = newId('evt');
    const times = { occurredAt: at.toISOString(), observedAt: at.toISOString() };
    const { environment } = deps.connection;
    const data = accountEventData.test(endpoint.id);
    const body = JSON.stringify(
      renderAccountEvent({ id, type: 'webhook.test', environment, data, ...times }),
    );
    await journalDeed(tx, call, deps, 'test', endpoint.id);
    return deliverTo(tx, { id, clientId, type: 'webhook.test', body, at }, endpoint.id);
  });
}

function attemptsOf(
  call: Call<undefined, unknown>,
  deps: ApiDeps,
  deliveryId: string,
): Promise<AttemptRow[]> {
  return asClient(deps.db, call.caller.clientId, (tx) => listAttempts(tx, [deliveryId]));
}

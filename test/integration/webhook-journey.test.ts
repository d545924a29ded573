import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { openReceiver, wellBehaved, type Behaviour, type Receiver } from '../../bench/webhooks/receiver.js';
import { runDeliveries, type DeliveringWorker } from '../../bench/webhooks/run-worker.js';
import { createUrlPolicy } from '../../domain/webhooks/url-policy.js';
import { bundleWorkflows } from '../../worker/bundle.js';
import { postTrigger, startTestApi, type TestApi } from '../support/api.js';
import { recordRequests, serve } from '../support/http.js';
import { temporalAddress, uniqueName } from '../support/temporal.js';
import { waitFor } from '../support/wait.js';

/** The api and a worker on one database, and receivers on this machine: what a client sees of its webhooks. */
let api: TestApi;
let worker: DeliveringWorker;
let key: string;
const toClose: { close(): void | Promise<void> }[] = [];
/** The first attempt again after 100 ms, then after an hour. */
const nextDelay = (made: number): number => (made === 1 ? 100 : 3_600_000);

beforeAll(async () => {
  api = await startTestApi({ urlPolicy: createUrlPolicy({ allowedNetworks: ['127.0.0.0/8'] }) });
  const servers = { databaseUrl: api.databaseUrl, temporalAddress: await temporalAddress() };
  worker = await runDeliveries(
    { ...servers, taskQueue: uniqueName('journey') },
    { workflowBundle: await bundleWorkflows() },
    { vault: api.vault, nextDelay },
  );
});

beforeEach(async () => {
  key = (await api.newClient()).key;
});

afterAll(async () => {
  await worker.stop();
  for (const server of toClose) await server.close();
  await api.close();
});

async function receive(behave: Behaviour): Promise<Receiver> {
  const receiver = await openReceiver(behave);
  toClose.push(receiver);
  return receiver;
}

async function endpointAt(url: string, members: object = {}): Promise<{ id: string; secret: string }> {
  const body = { url, events: ['contract.*'], ...members };
  const answer = await api.ask('POST', '/v1/webhook-endpoints', { key, body });
  expect(answer.status).toBe(201);
  return answer.body;
}

const deed = (id: string, what: string, body?: object) =>
  api.ask('POST', `/v1/webhook-endpoints/${id}/${what}`, { key, body });

interface ShownDelivery {
  id: string;
  status: string;
  nextAttemptAt: string;
  attempts: { status: number | null; error: string | null }[];
}

async function deliveries(id: string): Promise<ShownDelivery[]> {
  return (await api.ask('GET', `/v1/webhook-endpoints/${id}/deliveries`, { key })).body.data;
}

test('the test of a slow receiver is answered with what it said, not with the attempt under way', async () => {
  const receiver = await receive((response) => {
    setTimeout(() => response.writeHead(202).end('thanks'), 400);
  });
  const { id } = await endpointAt(receiver.url);
  const answer = await deed(id, 'test');
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ status: 202, response: 'thanks', error: null });
  expect(answer.body.durationMs).toBeGreaterThanOrEqual(390);
  const delivery = await api.ask('GET', `/v1/deliveries/${answer.body.deliveryId}`, { key });
  expect(delivery.body).toMatchObject({ status: 'delivered', endpointId: id, nextAttemptAt: null });
});

test('headers, token and both signatures of an overlap reach the receiver', async () => {
  const receiver = await recordRequests();
  const tokens = await serve(
    createServer((_request, response) => void response.end('{"access_token":"t-1","expires_in":60}')),
  );
  toClose.push(receiver, tokens);
  const oauth = { tokenUrl: `${tokens.url}/token`, clientId: 'a', clientSecret: 'b' };
  const headers = { 'X-Tenant': 'north' };
  const { id, secret } = await endpointAt(`${receiver.url}/hook`, { headers, oauth });
  const rotated = await deed(id, 'rotate-secret', { overlapHours: 1 });
  await postTrigger(api, {}, { key });
  const request = await receiver.next(({ path }) => path === '/hook');
  expect(request.headers).toMatchObject({ 'x-tenant': 'north', authorization: 'Bearer t-1' });
  for (const one of [secret, rotated.body.secret as string])
    expect(new Webhook(one).verify(request.body, request.headers as Record<string, string>)).toMatchObject({
      type: 'contract.accepted',
      sequence: 1,
    });
  const [delivery] = await waitFor(async () => {
    const all = await deliveries(id);
    return all[0]?.status === 'delivered' && all;
  });
  expect(delivery!.attempts).toEqual([
    { at: expect.any(String), status: 200, durationMs: expect.any(Number), response: '', error: null },
  ]);
});

test('what waits for hours is brought forward by a replay, and by a retry; each attempt is in the log', async () => {
  let isWell = false;
  const receiver = await receive((response) => void response.writeHead(isWell ? 204 : 500).end('no'));
  const { id } = await endpointAt(receiver.url);
  const since = new Date(Date.now() - 1_000).toISOString();
  await postTrigger(api, {}, { key });
  await postTrigger(api, {}, { key });
  const waiting = await waitFor(async () => {
    const all = await deliveries(id);
    return (
      all.length === 2 && all.every(({ attempts }) => attempts.at(-1)?.error && attempts.length === 2) && all
    );
  });
  expect(Date.parse(waiting[0]!.nextAttemptAt) - Date.now()).toBeGreaterThan(3_000_000);
  expect(await deed(id, 'replay', { since })).toMatchObject({ status: 202, body: { deliveries: 2 } });
  await waitFor(() => receiver.arrivals.length >= 6);
  await waitFor(async () => (await deliveries(id)).every((one) => one.attempts.length === 4));
  isWell = true;
  for (const one of waiting) await api.ask('POST', `/v1/deliveries/${one.id}/retry`, { key });
  const delivered = await waitFor(async () => {
    const all = await deliveries(id);
    return all.every(({ status }) => status === 'delivered') && all;
  });
  const log = delivered[0]!.attempts.map(({ status, error }) => [status, error]);
  expect(log).toEqual([...Array.from({ length: 4 }, () => [500, 'http_error']), [204, null]]);
  const bodies = new Map<string, Set<string>>();
  for (const { eventId, body } of receiver.arrivals)
    bodies.set(eventId, (bodies.get(eventId) ?? new Set()).add(body));
  expect([...bodies.values()].map((seen) => seen.size)).toEqual([1, 1]);
});

test('after a 410: nothing more, a retry is refused, and enable with replay brings back what was missed', async () => {
  let isGone = true;
  const receiver = await receive((response) => void response.writeHead(isGone ? 410 : 204).end());
  const { id } = await endpointAt(receiver.url);
  const since = new Date(Date.now() - 1_000).toISOString();
  await postTrigger(api, {}, { key });
  const endpoint = await waitFor(async () => {
    const { body } = await api.ask('GET', `/v1/webhook-endpoints/${id}`, { key });
    return body.status === 'disabled' && body;
  });
  expect(endpoint).toMatchObject({ disabledReason: 'gone', disabledAt: expect.any(String) });
  await postTrigger(api, {}, { key });
  const [failed] = await deliveries(id);
  const refused = await api.ask('POST', `/v1/deliveries/${failed!.id}/retry`, { key });
  expect([refused.status, refused.body.code]).toEqual([409, 'endpoint_disabled']);
  expect([(await deed(id, 'test')).status, receiver.arrivals.length]).toEqual([409, 1]);
  isGone = false;
  await deed(id, 'enable');
  expect((await deed(id, 'replay', { since })).body).toEqual({ deliveries: 2 });
  await waitFor(() => new Set(receiver.arrivals.map(({ eventId }) => eventId)).size === 2);
});

test('an endpoint that is removed while its delivery waits leaves nothing behind', async () => {
  const receiver = await receive((response) => void response.writeHead(500).end());
  const { id } = await endpointAt(receiver.url);
  await postTrigger(api, {}, { key });
  await waitFor(() => receiver.arrivals.length >= 2);
  expect((await api.ask('DELETE', `/v1/webhook-endpoints/${id}`, { key })).status).toBe(204);
  const other = await receive(wellBehaved);
  await endpointAt(other.url);
  await postTrigger(api, {}, { key });
  await waitFor(() => other.arrivals.length === 1);
  expect(receiver.arrivals).toHaveLength(2);
});

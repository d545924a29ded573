import { judgeEndpoints, type EndpointNotice } from '../../activities/judge-endpoints.js';
import { composeMail } from '../../activities/compose-mail.js';
import { createWebhookStack, type WebhookStack } from '../../bench/webhooks/stack.js';
import { endAttempt } from '../../store/attempts.js';
import { insertEndpointNotice } from '../../store/endpoint-notices.js';
import { updateEndpoint } from '../../store/endpoints.js';
import { claimMail } from '../../store/mails.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { temporalAddress, uniqueName } from '../support/temporal.js';

const HOUR = 3_600_000;
const began = new Date('2026-11-01T12:00:00.000Z');

let database: TestDatabase;
let stack: WebhookStack;
let clientId: string;
let notices: EndpointNotice[];
let now: Date;

beforeAll(async () => {
  database = await createTestDatabase();
  const servers = { databaseUrl: database.url, temporalAddress: await temporalAddress() };
  stack = await createWebhookStack({ ...servers, taskQueue: uniqueName('health') });
});

beforeEach(async () => {
  clientId = await stack.addClient();
  notices = [];
});

afterAll(async () => {
  await stack.close();
  await database.drop();
});

async function addFailing(): Promise<string> {
  const { id } = await stack.addEndpoint(clientId, 'https://receiver.example.org/hook');
  await stack.db
    .updateTable('paraphe.webhook_endpoint')
    .set({ first_failure_at: began })
    .where('id', '=', id)
    .execute();
  return id;
}

function judgeAfter(hours: number, notify = (notice: EndpointNotice) => void notices.push(notice)) {
  now = new Date(began.getTime() + hours * HOUR);
  return judgeEndpoints({
    db: stack.db,
    clock: { now: () => now },
    environment: 'sandbox',
    notify: (_tx, notice) => Promise.resolve(notice).then(notify),
  });
}

function endpoint(id: string) {
  const endpoints = stack.db.selectFrom('paraphe.webhook_endpoint').selectAll();
  return endpoints.where('id', '=', id).executeTakeFirstOrThrow();
}

test('an endpoint that only fails: its owner told after four days, once, and again when it is disabled after five', async () => {
  const id = await addFailing();
  const other = await stack.addEndpoint(clientId, 'https://other.example.org/hook', ['webhook.disabled']);
  await judgeAfter(95);
  expect(notices).toEqual([]);
  await judgeAfter(96.5);
  await judgeAfter(97);
  expect(notices).toMatchObject([{ kind: 'webhook_failing', clientId, endpointId: id }]);
  // 24 hours from the warning, not from the fourth day.
  await judgeAfter(120.1);
  expect(await endpoint(id)).toMatchObject({ status: 'enabled' });
  await stack.tell(await stack.addContract(clientId));
  await judgeAfter(120.6);
  expect(await endpoint(id)).toMatchObject({
    status: 'disabled',
    disabled_reason: 'failing',
    disabled_at: now,
  });
  expect(notices).toMatchObject([{ kind: 'webhook_failing' }, { kind: 'webhook_disabled', endpointId: id }]);
  const deliveries = await stack.db
    .selectFrom('paraphe.delivery as delivery')
    .innerJoin('paraphe.event as event', 'event.id', 'delivery.event_id')
    .select(['delivery.endpoint_id', 'delivery.status', 'event.type', 'event.sequence'])
    .where('delivery.client_id', '=', clientId)
    .orderBy('event.type')
    .execute();
  expect(deliveries).toEqual([
    { endpoint_id: id, status: 'failed', type: 'contract.published', sequence: 2 },
    { endpoint_id: other.id, status: 'pending', type: 'webhook.disabled', sequence: null },
  ]);
});

test('the owner is told by a mail that names the endpoint and the day, queued once', async () => {
  const id = await addFailing();
  now = new Date(began.getTime() + 97 * HOUR);
  const deps = { db: stack.db, clock: { now: () => now }, environment: 'sandbox' as const };
  await judgeEndpoints({ ...deps, notify: (tx, notice) => insertEndpointNotice(tx, notice, now) });
  await judgeEndpoints({ ...deps, notify: (tx, notice) => insertEndpointNotice(tx, notice, now) });
  const mail = await claimMail(stack.db, now);
  expect(mail).toMatchObject({ kind: 'webhook_failing', clientId, contractId: null });
  expect(await claimMail(stack.db, now)).toBeUndefined();
  const composed = await composeMail({ ...deps, vault: stack.vault }, mail!);
  if (typeof composed === 'string') throw new Error(composed);
  expect(composed).toMatchObject({ to: 'owner@example.org' });
  expect(composed.text).toContain(id);
  expect(composed.text).toContain('receiver.example.org');
  expect(composed.text).toContain('2026-11-06 13:00 UTC');
});

test('nobody is disabled without having been told a day before, however late the telling came', async () => {
  const id = await addFailing();
  await judgeAfter(300);
  expect(await endpoint(id)).toMatchObject({ status: 'enabled', warned_at: now });
  await judgeAfter(323.9);
  expect(await endpoint(id)).toMatchObject({ status: 'enabled' });
  await judgeAfter(324);
  expect(await endpoint(id)).toMatchObject({ status: 'disabled' });
});

test('what could not be told has not been told: it is told at the next look', async () => {
  const id = await addFailing();
  const broken = judgeAfter(97, () => {
    throw new Error('the mail queue is away');
  });
  await expect(broken).rejects.toThrow('the mail queue is away');
  expect(await endpoint(id)).toMatchObject({ warned_at: null });
  await judgeAfter(98);
  expect(notices).toHaveLength(1);
});

test('whoever gives a failing endpoint another URL gets another five days: nothing was tried there yet', async () => {
  const id = await addFailing();
  await judgeAfter(97);
  const change = (url: string) => stack.db.transaction().execute((tx) => updateEndpoint(tx, id, { url }));
  await change('https://receiver.example.org/hook');
  expect(await endpoint(id)).toMatchObject({ first_failure_at: began, warned_at: now });
  await change('https://mended.example.org/hook');
  await judgeAfter(200);
  expect(await endpoint(id)).toMatchObject({ status: 'enabled', first_failure_at: null, warned_at: null });
  expect(notices.filter(({ endpointId }) => endpointId === id)).toHaveLength(1);
});

test('a failure written down after a success that came later does not hide those that follow', async () => {
  const { id } = await stack.addEndpoint(clientId, 'https://receiver.example.org/hook');
  const attempt = { deliveryId: 'dlv_none', round: 0, endpointId: id, number: 1, durationMs: 1 };
  const answer = { response: null, nextAttemptAt: null };
  const ended = (ms: number, error: string | null) => {
    const at = new Date(began.getTime() + ms);
    return endAttempt(stack.db, { ...attempt, ...answer, status: error === null ? 204 : 500, error, at });
  };
  await ended(20, null);
  await ended(10, 'http_error');
  await ended(1_000, 'http_error');
  await judgeAfter(97);
  expect(notices).toMatchObject([{ kind: 'webhook_failing', endpointId: id }]);
});

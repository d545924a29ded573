import { createServer } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { openReceiver, wellBehaved, type Behaviour, type Receiver } from '../../bench/webhooks/receiver.js';
import { freePort } from '../../local/ports.js';
import { retryDelivery } from '../../store/deliveries.js';
import { updateEndpoint } from '../../store/endpoints.js';
import type { WebhooksDeps } from '../../worker/webhooks.js';
import { openDeliveryTestBed, type DeliveryTestBed } from '../support/deliveries.js';
import { recordRequests } from '../support/http.js';
import { waitFor } from '../support/wait.js';

/** Twelve attempts within seconds instead of days. */
const nextDelay: WebhooksDeps['nextDelay'] = (made, { retryAfterMs = 0 }) =>
  made >= 12 ? null : Math.max(retryAfterMs, 50 * made);

let bed: DeliveryTestBed;
let clientId: string;
const toClose: { close(): void | Promise<void> }[] = [];

beforeAll(async () => {
  bed = await openDeliveryTestBed();
  // The first pause passes in the queue, the others in a workflow.
  await bed.startWorker({ nextDelay, soonMs: 60 });
});

beforeEach(async () => {
  clientId = await bed.stack.addClient();
});

afterAll(async () => {
  await bed.close();
  for (const server of toClose) await server.close();
});

/** Each attempt in turn gets the next behaviour; the last one stays. */
async function receive(...turns: Behaviour[]): Promise<Receiver> {
  let count = 0;
  const receiver = await openReceiver((...args) => {
    turns[Math.min(count, turns.length - 1)]!(...args);
    count += 1;
  });
  toClose.push(receiver);
  return receiver;
}

async function tellTo(url: string): Promise<string> {
  const { id } = await bed.stack.addEndpoint(clientId, url);
  await bed.stack.tell(await bed.stack.addContract(clientId));
  return id;
}

function deliveryTo(endpointId: string, status: 'pending' | 'delivered' | 'failed') {
  const { db } = bed.stack;
  return waitFor(() =>
    db
      .selectFrom('paraphe.delivery')
      .selectAll()
      .where('endpoint_id', '=', endpointId)
      .where('status', '=', status)
      .executeTakeFirst(),
  );
}

function attemptsOf(deliveryId: string) {
  const attempts = bed.stack.db.selectFrom('paraphe.delivery_attempt').selectAll();
  return attempts.where('delivery_id', '=', deliveryId).orderBy('number').execute();
}

function endpointRow(id: string) {
  const endpoints = bed.stack.db.selectFrom('paraphe.webhook_endpoint').selectAll();
  return endpoints.where('id', '=', id).executeTakeFirstOrThrow();
}

test('an event reaches the endpoint at once, signed so that the published library verifies it', async () => {
  const receiver = await recordRequests();
  toClose.push(receiver);
  const { id, secret } = await bed.stack.addEndpoint(clientId, `${receiver.url}/hook`);
  await bed.stack.tell(await bed.stack.addContract(clientId), 'contract.completed');
  const request = await receiver.next(() => true);
  const event = new Webhook(secret).verify(request.body, request.headers as Record<string, string>);
  expect(event).toMatchObject({ id: request.headers['webhook-id'], type: 'contract.completed', sequence: 2 });
  expect(request.headers['webhook-signature']).toMatch(/^v1,\S+ v1a,\S+$/);
  const delivery = await deliveryTo(id, 'delivered');
  expect(delivery.next_attempt_at).toBeNull();
  expect(await attemptsOf(delivery.id)).toMatchObject([{ number: 1, status: 200, error: null }]);
});

const failures: [string, Behaviour, { status: number | null; error: string }][] = [
  ['says 500', (answer) => void answer.writeHead(500).end(), { status: 500, error: 'http_error' }],
  ['says 404', (answer) => void answer.writeHead(404).end(), { status: 404, error: 'http_error' }],
  [
    'redirects',
    (answer) => void answer.writeHead(302, { location: '/elsewhere' }).end(),
    { status: 302, error: 'redirect' },
  ],
  ['closes without a word', (answer) => void answer.destroy(), { status: null, error: 'connection_closed' }],
  [
    'closes in the middle of its status',
    (_answer, { socket }) => void socket.end('HTTP/1.1 20'),
    { status: null, error: 'connection_closed' },
  ],
];

test.each(failures)(
  'a receiver that %s gets the same bytes again under the same id, and the log says why',
  async (_what, failure, attempt) => {
    const receiver = await receive(failure, failure, wellBehaved);
    const delivery = await deliveryTo(await tellTo(receiver.url), 'delivered');
    expect(await attemptsOf(delivery.id)).toMatchObject([
      { number: 1, ...attempt },
      { number: 2, ...attempt },
      { number: 3, status: 204, error: null },
    ]);
    expect(new Set(receiver.arrivals.map(({ eventId }) => eventId)).size).toBe(1);
    expect(new Set(receiver.arrivals.map(({ body }) => body)).size).toBe(1);
  },
);

test('a 2xx whose answer breaks off after its headers is a success', async () => {
  const receiver = await receive((answer) => {
    answer.writeHead(200, { 'content-length': '100' }).write('half');
    setImmediate(() => answer.destroy());
  });
  const delivery = await deliveryTo(await tellTo(receiver.url), 'delivered');
  expect(await attemptsOf(delivery.id)).toMatchObject([{ status: 200, error: null }]);
});

test('an endpoint where nobody listens is tried again until somebody does', async () => {
  const port = await freePort();
  const id = await tellTo(`http://127.0.0.1:${port}/`);
  const refused = await waitFor(async () => {
    const delivery = await deliveryTo(id, 'pending');
    const attempts = await attemptsOf(delivery.id);
    return attempts.length > 1 && attempts;
  });
  expect(refused[0]).toMatchObject({ status: null, error: 'connection_refused' });
  const late = createServer((socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\n\r\n'));
  }).listen(port, '127.0.0.1');
  toClose.push({ close: () => void late.close() });
  await deliveryTo(id, 'delivered');
});

test('Retry-After is waited for', async () => {
  const receiver = await receive(
    (answer) => void answer.writeHead(503, { 'retry-after': '2' }).end(),
    wellBehaved,
  );
  await deliveryTo(await tellTo(receiver.url), 'delivered');
  const [first, second] = receiver.arrivals;
  expect(second!.at - first!.at).toBeGreaterThanOrEqual(1_900);
});

test('410 disables the endpoint, ends what waits for it, and tells the other endpoints', async () => {
  const receiver = await receive((answer) => void answer.writeHead(410).end());
  const other = await receive(wellBehaved);
  const witness = await bed.stack.addEndpoint(clientId, other.url, ['webhook.*']);
  const id = await tellTo(receiver.url);
  const delivery = await deliveryTo(id, 'failed');
  expect(await attemptsOf(delivery.id)).toMatchObject([{ status: 410, error: 'gone' }]);
  expect(await endpointRow(id)).toMatchObject({ status: 'disabled', disabled_reason: 'gone' });
  await deliveryTo(witness.id, 'delivered');
  expect(JSON.parse(other.arrivals[0]!.body)).toMatchObject({
    type: 'webhook.disabled',
    sequence: null,
    environment: 'sandbox',
    data: { endpoint: { id, disabledReason: 'gone' } },
  });
  await bed.stack.tell(await bed.stack.addContract(clientId));
  expect(receiver.arrivals).toHaveLength(1);
});

test('410 from a URL that was replaced meanwhile disables nothing: the next attempt goes to the new one', async () => {
  let answerOld = (): void => undefined;
  const old = await receive((answer) => {
    answerOld = () => void answer.writeHead(410).end();
  });
  const moved = await receive(wellBehaved);
  const id = await tellTo(old.url);
  await waitFor(() => old.arrivals.length === 1);
  await bed.stack.db.transaction().execute((tx) => updateEndpoint(tx, id, { url: moved.url }));
  answerOld();
  const delivery = await deliveryTo(id, 'delivered');
  expect(await attemptsOf(delivery.id)).toMatchObject([
    { status: 410, error: 'gone' },
    { status: 204, error: null },
  ]);
  expect(await endpointRow(id)).toMatchObject({ status: 'enabled' });
}, 30_000);

test('however many attempts there are, the history of the workflow stays small', async () => {
  const no: Behaviour = (answer) => void answer.writeHead(500).end();
  const receiver = await receive(no, no, no, no, no, wellBehaved);
  const delivery = await deliveryTo(await tellTo(receiver.url), 'delivered');
  const handle = bed.stack.client.workflow.getHandle(`${delivery.id}-0`);
  expect(await handle.result()).toBe('delivered');
  expect((await handle.fetchHistory()).events!.length).toBeLessThan(15);
});

test('when the schedule is over the delivery has failed; a retry by hand is a new round of the same event', async () => {
  let isWell = false;
  const receiver = await receive((answer) => void answer.writeHead(isWell ? 204 : 500).end());
  const id = await tellTo(receiver.url);
  const failed = await deliveryTo(id, 'failed');
  const made = (await attemptsOf(failed.id)).length;
  expect(made).toBe(12);
  isWell = true;
  await bed.stack.db.transaction().execute((tx) => retryDelivery(tx, failed.id, new Date()));
  bed.stack.onEvent();
  await deliveryTo(id, 'delivered');
  expect((await attemptsOf(failed.id)).slice(made)).toMatchObject([{ number: 13, round: 1, status: 204 }]);
  expect(new Set(receiver.arrivals.map(({ eventId }) => eventId)).size).toBe(1);
});

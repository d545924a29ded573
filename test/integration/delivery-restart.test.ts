import { openReceiver, type Receiver } from '../../bench/webhooks/receiver.js';
import { eventKey } from '../../bench/webhooks/latency.js';
import { openDeliveryTestBed, type DeliveryTestBed } from '../support/deliveries.js';
import { waitFor } from '../support/wait.js';

let bed: DeliveryTestBed;
let receiver: Receiver;

beforeAll(async () => {
  bed = await openDeliveryTestBed();
});

afterEach(() => receiver.close());

afterAll(() => bed.close());

test('what was written while no worker ran is delivered by the next, each event once', async () => {
  receiver = await openReceiver();
  const clientId = await bed.stack.addClient();
  await bed.stack.addEndpoint(clientId, receiver.url);
  let contract = await bed.stack.addContract(clientId);
  for (let n = 0; n < 30; n++) contract = await bed.stack.tell(contract);
  const [one, two] = [await bed.startWorker(), await bed.startWorker()];
  await waitFor(() => receiver.arrivals.length >= 30);
  const sequences = receiver.arrivals.map((arrival) => Number(eventKey(arrival).split('#')[1]));
  expect(sequences.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, n) => n + 2));
  await Promise.all([one.stop(), two.stop()]);
});

test('an attempt that a stop cuts off is made again by the next worker, and the log says so', async () => {
  let isStuck = true;
  receiver = await openReceiver((answer) => {
    if (!isStuck) answer.writeHead(204).end();
  });
  const clientId = await bed.stack.addClient();
  const { id } = await bed.stack.addEndpoint(clientId, receiver.url);
  const first = await bed.startWorker();
  await bed.stack.tell(await bed.stack.addContract(clientId));
  await waitFor(() => receiver.arrivals.length === 1);
  await first.stop();
  isStuck = false;
  const second = await bed.startWorker();
  const delivered = await waitFor(async () => {
    const rows = await bed.stack.db
      .selectFrom('paraphe.delivery_attempt as attempt')
      .innerJoin('paraphe.delivery as delivery', 'delivery.id', 'attempt.delivery_id')
      .select(['attempt.number', 'attempt.error', 'attempt.status', 'delivery.status as delivery'])
      .where('delivery.endpoint_id', '=', id)
      .orderBy('attempt.number')
      .execute();
    return rows[0]?.delivery === 'delivered' && rows;
  });
  expect(delivered).toMatchObject([
    { number: 1, error: 'interrupted', status: null },
    { number: 2, error: null, status: 204 },
  ]);
  const [before, after] = receiver.arrivals;
  expect(after).toMatchObject({ eventId: before!.eventId, body: before!.body });
  await second.stop();
});

test('deliveries that a killed worker had claimed are taken by another', async () => {
  receiver = await openReceiver();
  const clientId = await bed.stack.addClient();
  const { id } = await bed.stack.addEndpoint(clientId, receiver.url);
  await bed.stack.tell(await bed.stack.addContract(clientId));
  const claimedUntil = new Date(Date.now() + 2_000);
  await bed.stack.db
    .updateTable('paraphe.delivery')
    .set({ held_until: claimedUntil })
    .where('endpoint_id', '=', id)
    .execute();
  const worker = await bed.startWorker();
  await waitFor(() => receiver.arrivals.length === 1);
  expect(receiver.arrivals[0]!.at).toBeGreaterThanOrEqual(claimedUntil.getTime() - 50);
  await worker.stop();
});

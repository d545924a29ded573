import { Webhook } from 'standardwebhooks';
import { recordRequests, type RecordingServer } from '../support/http.js';
import { openDeliveryTestBed, type DeliveryTestBed } from '../support/deliveries.js';
import { waitFor } from '../support/wait.js';

let bed: DeliveryTestBed;
let clientId: string;
const receivers: RecordingServer[] = [];

beforeAll(async () => {
  bed = await openDeliveryTestBed();
  await bed.startWorker();
});

beforeEach(async () => {
  clientId = await bed.stack.addClient();
});

afterAll(async () => {
  await bed.close();
  await Promise.all(receivers.map((receiver) => receiver.close()));
});

async function receive(answer?: Parameters<typeof recordRequests>[0]): Promise<RecordingServer> {
  const receiver = await recordRequests(answer);
  receivers.push(receiver);
  return receiver;
}

function deliveryTo(endpointId: string, status: 'pending' | 'delivered' | 'failed') {
  return waitFor(() =>
    bed.stack.db
      .selectFrom('paraphe.delivery')
      .selectAll()
      .where('endpoint_id', '=', endpointId)
      .where('status', '=', status)
      .executeTakeFirst(),
  );
}

function attemptsOf(deliveryId: string) {
  return bed.stack.db
    .selectFrom('paraphe.delivery_attempt')
    .selectAll()
    .where('delivery_id', '=', deliveryId)
    .orderBy('number')
    .execute();
}

test('an event reaches the endpoint, signed so that the published library verifies it, and is delivered', async () => {
  const receiver = await receive();
  const { id, secret } = await bed.stack.addEndpoint(clientId, `${receiver.url}/hook`);
  await bed.stack.tell(await bed.stack.addContract(clientId), 'contract.completed');
  const request = await receiver.next(() => true);
  const event = new Webhook(secret).verify(request.body, request.headers as Record<string, string>);
  expect(event).toMatchObject({ id: request.headers['webhook-id'], type: 'contract.completed', sequence: 2 });
  const delivery = await deliveryTo(id, 'delivered');
  expect(delivery.next_attempt_at).toBeNull();
  expect(await attemptsOf(delivery.id)).toMatchObject([{ number: 1, status: 200, error: null }]);
});

test('a failed attempt is followed by another after about five seconds, the same bytes under the same id', async () => {
  let count = 0;
  const receiver = await receive(() => ((count += 1) === 1 ? 500 : 204));
  const { id } = await bed.stack.addEndpoint(clientId, receiver.url);
  await bed.stack.tell(await bed.stack.addContract(clientId));
  await receiver.next(() => receiver.requests.length === 2);
  const [first, second] = receiver.requests;
  expect(second!.at - first!.at).toBeGreaterThan(3_900);
  expect(second!.at - first!.at).toBeLessThan(9_000);
  expect(second!.body).toBe(first!.body);
  expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
  const delivery = await deliveryTo(id, 'delivered');
  const attempts = await attemptsOf(delivery.id);
  expect(attempts).toMatchObject([
    { number: 1, status: 500, error: 'http_error' },
    { number: 2, status: 204, error: null },
  ]);
  const history = await bed.stack.client.workflow.getHandle(`${delivery.id}-0`).fetchHistory();
  expect(history.events!.length).toBeLessThan(15);
});

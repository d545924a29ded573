import { Webhook } from 'standardwebhooks';
import { recordRequests, type RecordingServer } from '../support/http.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { temporalAddress, uniqueName } from '../support/temporal.js';
import { waitFor } from '../support/wait.js';
import { createWebhookStack, type WebhookStack } from '../support/webhook-stack.js';

let database: TestDatabase;
let stack: WebhookStack;
const receivers: RecordingServer[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  stack = await createWebhookStack({
    databaseUrl: database.url,
    temporalAddress: await temporalAddress(),
    taskQueue: uniqueName('delivery-attempts'),
  });
  await stack.startWorker();
});

afterAll(async () => {
  await stack.close();
  await database.drop();
  await Promise.all(receivers.map((receiver) => receiver.close()));
});

async function receive(answer?: Parameters<typeof recordRequests>[0]): Promise<RecordingServer> {
  const receiver = await recordRequests(answer);
  receivers.push(receiver);
  return receiver;
}

test('an event reaches the endpoint, signed so that the published library verifies it, and is delivered', async () => {
  const receiver = await receive();
  const { id, secret } = await stack.addEndpoint(`${receiver.url}/hook`);
  await stack.tell(await stack.addContract(), 'contract.completed');
  const request = await receiver.next(() => true);
  const event = new Webhook(secret).verify(request.body, request.headers as Record<string, string>);
  expect(event).toMatchObject({ id: request.headers['webhook-id'], type: 'contract.completed', sequence: 2 });
  const delivery = await waitFor(() =>
    stack.db
      .selectFrom('paraphe.delivery')
      .selectAll()
      .where('endpoint_id', '=', id)
      .where('status', '=', 'delivered')
      .executeTakeFirst(),
  );
  expect(delivery.next_attempt_at).toBeNull();
});

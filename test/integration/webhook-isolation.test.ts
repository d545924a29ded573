import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createReceiverPools } from '../../adapters/webhooks/receiver-pools.js';
import { createWebhookSender } from '../../adapters/webhooks/send.js';
import type { WebhookSender } from '../../adapters/webhooks/send.js';
import { createUrlPolicy } from '../../domain/webhooks/url-policy.js';
import { startRawServer } from '../support/raw-server.js';
import { waitFor } from '../support/wait.js';

const policy = createUrlPolicy({ allowedNetworks: ['127.0.0.0/8'] });
const base = { endpointId: 'whe_a', body: '{"a":1}', headers: { 'webhook-id': 'evt_1' }, timeoutMs: 5_000 };
let sender: WebhookSender;

beforeAll(() => {
  sender = createWebhookSender({ policy, lookup: () => Promise.resolve(['127.0.0.1']), version: '1.2.3' });
});

afterAll(() => sender.close());

test('connections are kept alive between attempts to one endpoint and never shared with another', async () => {
  const server = createServer((request, response) => request.resume().on('end', () => response.end('ok')));
  let connections = 0;
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await sender.send({ ...base, endpointId: 'whe_x', url });
  await new Promise(setImmediate); // undici takes a connection back in the next turn
  await sender.send({ ...base, endpointId: 'whe_x', url });
  expect(connections).toBe(1);
  await new Promise(setImmediate);
  await sender.send({ ...base, endpointId: 'whe_y', url });
  expect(connections).toBe(2);
  server.closeAllConnections();
  server.close();
});

test('fifty attempts to a dead endpoint do not hold up those to a live one', async () => {
  const dead = await startRawServer(() => {});
  const live = await startRawServer((socket) => {
    socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n');
  });
  const stop = new AbortController();
  let settled = 0;
  const hanging = Array.from({ length: 50 }, async () => {
    const request = { ...base, url: dead.url, timeoutMs: 50_000, signal: stop.signal };
    await sender.send(request).catch(() => null);
    settled += 1;
  });
  await waitFor(() => dead.connections() === 50);
  for (let round = 0; round < 50; round += 1) {
    const request = { ...base, endpointId: 'whe_live', url: live.url, timeoutMs: 10_000 };
    expect(await sender.send(request)).toMatchObject({ outcome: 'delivered' });
  }
  // All fifty went through while not one of the others had come to an end.
  expect(settled).toBe(0);
  stop.abort();
  await Promise.all(hanging);
  await Promise.all([dead.close(), live.close()]);
});

test('connections that nobody has used for ten seconds are given up', async () => {
  let now = 0;
  const pools = createReceiverPools({ connectTimeoutMs: 100, now: () => now });
  const target = (host: string) => ({
    url: new URL(`http://${host}/`),
    port: 80,
    host,
    addresses: ['127.0.0.1'],
  });
  const use = (endpointId: string, work = () => Promise.resolve()) =>
    pools.use(endpointId, target('receiver.example.org'), undefined, work);
  await use('whe_a');
  await use('whe_b', async () => {
    now = 60_000;
    await use('whe_c');
    expect(pools.size()).toBe(2); // the one in use stays, however long it takes
  });
  await pools.close();
  expect(pools.size()).toBe(0);
});

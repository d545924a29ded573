import diagnostics from 'node:diagnostics_channel';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { once } from 'node:events';
import type { buildConnector } from 'undici';
import { createWebhookSender } from '../../adapters/webhooks/send.js';
import { createPinnedConnector } from '../../adapters/egress/pinned-connector.js';
import { checkUrl } from '../../domain/webhooks/check-url.js';
import { resolveTarget } from '../../domain/webhooks/resolve-target.js';
import { createUrlPolicy, DEFAULT_PORTS } from '../../domain/webhooks/url-policy.js';
import { HOSTILE_URLS, LENIENT_NETWORKS } from '../support/hostile-urls.js';
import type { HostileUrl } from '../support/hostile-urls.js';

let bait: Server;
let port: number;
let connections = 0;
let connectAttempts = 0;

const countAttempt = () => {
  connectAttempts += 1;
};

beforeAll(async () => {
  bait = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  bait.listen(0, '127.0.0.1');
  await once(bait, 'listening');
  port = (bait.address() as AddressInfo).port;
  diagnostics.subscribe('undici:client:beforeConnect', countAttempt);
});

afterAll(async () => {
  diagnostics.unsubscribe('undici:client:beforeConnect', countAttempt);
  bait.close();
  await once(bait, 'close');
});

beforeEach(() => {
  connections = 0;
  connectAttempts = 0;
});

// The bait's port is allowed, so that the port is never the reason why a row is refused.
function policyFor(row: Pick<HostileUrl, 'lenient'>) {
  const ports = [...DEFAULT_PORTS, port];
  return createUrlPolicy({ ports, allowedNetworks: row.lenient ? LENIENT_NETWORKS : [] });
}

function senderFor(row: HostileUrl) {
  const lookup = () => Promise.resolve(row.answers ?? ['127.0.0.1']);
  return createWebhookSender({ policy: policyFor(row), lookup, version: '0' });
}

// Short, so that a broken guard shows at once instead of waiting for addresses that lie elsewhere.
const request = { endpointId: 'whe_a', body: '{}', headers: {}, timeoutMs: 1_000 };

test('the table has at least eighty rows, none twice', () => {
  const rows = new Set(HOSTILE_URLS.map((row) => JSON.stringify(row)));
  expect(rows.size).toBe(HOSTILE_URLS.length);
  expect(rows.size).toBeGreaterThanOrEqual(80);
});

test.each(HOSTILE_URLS.map((row) => [row.url, row] as const))('%j opens no connection', async (_url, row) => {
  const sender = senderFor(row);
  const url = row.url.replace('PORT', String(port));
  const attempt = await sender.send({ ...request, url });
  await sender.close();
  expect({ error: attempt.error, outcome: attempt.outcome }).toEqual({ error: row.fault, outcome: 'retry' });
  expect({ connections, connectAttempts }).toEqual({ connections: 0, connectAttempts: 0 });
});

test.each(HOSTILE_URLS.filter((row) => !row.answers).map((row) => [row.url, row] as const))(
  '%j is refused already when an endpoint is made',
  (_url, row) => {
    const url = row.url.replace('PORT', String(port));
    expect(checkUrl(url, policyFor(row))).toEqual({ ok: false, fault: row.fault });
  },
);

test.each(HOSTILE_URLS.map((row) => [row.url, row] as const))(
  '%j opens no connection as the token address of an endpoint either',
  async (_url, row) => {
    const allowedNetworks = ['127.0.0.2', ...(row.lenient ? LENIENT_NETWORKS : [])];
    const policy = createUrlPolicy({ ports: [...DEFAULT_PORTS, port], allowedNetworks });
    const lookup = () => Promise.resolve(row.answers ?? ['127.0.0.1']);
    const sender = createWebhookSender({ policy, lookup, version: '0' });
    const tokenUrl = row.url.replace('PORT', String(port));
    const oauth = { tokenUrl, clientId: 'a', clientSecret: 'b' };
    const attempt = await sender.send({ ...request, url: `http://127.0.0.2:${port}/`, oauth });
    await sender.close();
    expect(attempt.outcome).toBe('retry');
    expect({ connections, connectAttempts }).toEqual({ connections: 0, connectAttempts: 0 });
  },
);

test('proxies that the environment names are not asked', async () => {
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'];
  const receiver = createServer((socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n'));
  });
  receiver.listen(0, '127.0.0.2');
  await once(receiver, 'listening');
  for (const name of [...names, 'NODE_USE_ENV_PROXY']) process.env[name] = `http://127.0.0.1:${port}`;
  const policy = createUrlPolicy({ allowedNetworks: ['127.0.0.2'] });
  const sender = createWebhookSender({ policy, lookup: () => Promise.resolve(['127.0.0.2']), version: '0' });
  const url = `http://receiver.example.org:${(receiver.address() as AddressInfo).port}/`;
  expect(await sender.send({ ...request, url })).toMatchObject({ outcome: 'delivered' });
  expect(connections).toBe(0);
  for (const name of [...names, 'NODE_USE_ENV_PROXY']) delete process.env[name];
  await sender.close();
  receiver.close();
});

test('the token address of an endpoint is guarded by the same rules', async () => {
  const policy = createUrlPolicy({ ports: [port], allowedNetworks: ['127.0.0.2'] });
  const sender = createWebhookSender({ policy, lookup: () => Promise.resolve(['127.0.0.1']), version: '0' });
  const oauth = { tokenUrl: `https://id.example.org:${port}/`, clientId: 'a', clientSecret: 'b' };
  const attempt = await sender.send({ ...request, url: `http://127.0.0.2:${port}/`, oauth });
  await sender.close();
  expect(attempt).toMatchObject({ outcome: 'retry', error: 'address_not_allowed' });
  expect({ connections, connectAttempts }).toEqual({ connections: 0, connectAttempts: 0 });
});

describe('rebinding', () => {
  test('a name is looked up once for each attempt, and the connection goes to that very answer', async () => {
    const receiver = createServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n'));
    });
    receiver.listen(port, '127.0.0.2');
    await once(receiver, 'listening');
    const answers = [['127.0.0.2'], ['127.0.0.1']];
    let asked = 0;
    const lookup = () => Promise.resolve(answers[asked++] ?? ['127.0.0.1']);
    const policy = createUrlPolicy({ allowedNetworks: ['127.0.0.2'] });
    const sender = createWebhookSender({ policy, lookup, version: '0' });

    const url = `http://rebinding.example.org:${port}/`;
    expect(await sender.send({ ...request, url })).toMatchObject({ outcome: 'delivered', status: 204 });
    expect(asked).toBe(1);
    expect(await sender.send({ ...request, url })).toMatchObject({ error: 'address_not_allowed' });
    expect(asked).toBe(2);
    expect(connections).toBe(0);

    await sender.close();
    receiver.close();
    await once(receiver, 'close');
  });

  test('a connection kept alive to one answer is not used for the next', async () => {
    const policy = createUrlPolicy({ allowedNetworks: ['127.0.0.0/8'] });
    const seen: string[] = [];
    const servers = ['127.0.0.3', '127.0.0.4'].map((address) =>
      createServer((socket) => {
        socket.on('data', () => {
          seen.push(address);
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
        });
      }).listen(port, address),
    );
    await Promise.all(servers.map((server) => once(server, 'listening')));
    const answers = ['127.0.0.3', '127.0.0.4', '127.0.0.3'];
    const lookup = () => Promise.resolve([answers.shift() ?? '']);
    const sender = createWebhookSender({ policy, lookup, version: '0' });
    for (let round = 0; round < 3; round += 1) {
      await sender.send({ ...request, url: `http://rebinding.example.org:${port}/` });
    }
    expect(seen).toEqual(['127.0.0.3', '127.0.0.4', '127.0.0.3']);
    await sender.close();
    for (const server of servers) server.close();
    await Promise.all(servers.map((server) => once(server, 'close')));
  });

  test('a literal host that is not the checked address is hung up on before a byte is sent', async () => {
    const connect = createPinnedConnector({ addresses: ['127.0.0.2'] }, 1_000);
    const options = {
      hostname: '127.0.0.1',
      protocol: 'http:',
      port: String(port),
    } as buildConnector.Options;
    const error = await new Promise((resolve) => {
      connect(options, (...[failure]) => resolve(failure));
    });
    expect(error).toMatchObject({ code: 'ADDRESS_MISMATCH' });
  });
});

describe('what is let through', () => {
  const publicLookup =
    (...addresses: string[]) =>
    () =>
      Promise.resolve(addresses);

  test.each([
    ['https://receiver.example.org/hook?a=b', ['8.8.8.8']],
    ['https://receiver.example.org:8443/hook', ['8.8.8.8', '2606:4700::1111']],
    ['https://8.8.8.8/hook', ['8.8.8.8']],
    ['https://[2606:4700::1111]/hook', ['2606:4700::1111']],
    ['https://müller.example.org/', ['1.1.1.1']],
  ])('%s by default', async (url, addresses) => {
    const resolution = await resolveTarget(url, createUrlPolicy(), publicLookup(...addresses));
    expect(resolution).toMatchObject({ ok: true, target: { addresses } });
  });

  test.each([
    ['http://10.1.2.3:3000/', []],
    ['http://receiver.internal:8080/', ['10.1.2.3']],
    ['http://receiver:8080/', ['10.1.2.3', 'fd12::1']],
    ['http://[::1]:9000/', []],
    ['https://receiver.example.org/', ['8.8.8.8', '10.1.2.3']],
    ['https://[64:ff9b::8.8.8.8]/', []],
  ])('%s where the operator allows it', async (url, addresses) => {
    const allowedNetworks = ['10.0.0.0/8', 'fd00::/8', '::1', '64:ff9b::/96'];
    const resolution = await resolveTarget(
      url,
      createUrlPolicy({ allowedNetworks }),
      publicLookup(...addresses),
    );
    expect(resolution).toMatchObject({ ok: true });
  });

  test('a range with bits beyond its prefix, or none at all, is a fault of configuration', () => {
    for (const network of ['10.0.0.1/8', '10.0.0.0/33', 'fd00::1/8', 'intranet', '']) {
      expect(() => createUrlPolicy({ allowedNetworks: [network] })).toThrow();
    }
  });

  test('a look-up that fails is told apart from an address that is refused', async () => {
    const failing = () => Promise.reject(new Error('ESERVFAIL'));
    expect(await resolveTarget('https://receiver.example.org/', createUrlPolicy(), failing)).toEqual({
      ok: false,
      fault: 'dns_failed',
    });
  });
});

import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createWebhookSender } from '../../adapters/webhooks/send.js';
import type { WebhookSender } from '../../adapters/webhooks/send.js';
import { createUrlPolicy } from '../../domain/webhooks/url-policy.js';
import { startRawServer } from '../support/raw-server.js';
import type { RawServer } from '../support/raw-server.js';

const policy = createUrlPolicy({ allowedNetworks: ['127.0.0.0/8'] });
const now = Date.UTC(2026, 10, 22, 12, 0, 0);
const servers: RawServer[] = [];
let sender: WebhookSender;

beforeAll(() => {
  const lookup = () => Promise.resolve(['127.0.0.1']);
  sender = createWebhookSender({ policy, lookup, version: '1.2.3', connectTimeoutMs: 500, now: () => now });
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

afterAll(() => sender.close());

async function serve(behave: (socket: Socket, head: string, connection: number) => void) {
  const server = await startRawServer(behave);
  servers.push(server);
  return server;
}

function answer(status: string, headers: string[] = [], body = '') {
  const head = [`HTTP/1.1 ${status}`, `Content-Length: ${Buffer.byteLength(body)}`, ...headers];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

const base = { endpointId: 'whe_a', body: '{"a":1}', headers: { 'webhook-id': 'evt_1' }, timeoutMs: 5_000 };

describe('delivered', () => {
  test('a 2xx, with what it answered, how long it took, and the very bytes that were given', async () => {
    const server = await serve((socket) => socket.end(answer('202 Accepted', [], 'thanks')));
    const body = Buffer.from('{"name":"é","n":1.0}');
    const attempt = await sender.send({ ...base, url: `${server.url}?a=b#c`, body });
    expect(attempt).toEqual({
      outcome: 'delivered',
      status: 202,
      response: 'thanks',
      durationMs: expect.any(Number),
    });
    const [request = ''] = server.received();
    expect(request).toMatch(/^POST \/hook\?a=b HTTP\/1\.1\r\n/);
    expect(request).toContain('user-agent: paraphe/1.2.3\r\n');
    expect(request).toContain('content-type: application/json\r\n');
    expect(request).toContain('webhook-id: evt_1\r\n');
    expect(request.endsWith('\r\n\r\n{"name":"é","n":1.0}')).toBe(true);
  });

  test('the Host header keeps the name although the connection goes to the address', async () => {
    const server = await serve((socket) => socket.end(answer('200 OK')));
    const url = server.url.replace('127.0.0.1', 'receiver.example.org');
    expect(await sender.send({ ...base, url })).toMatchObject({ outcome: 'delivered' });
    expect(server.received()[0]).toContain(`host: ${new URL(url).host}\r\n`);
  });

  test('custom headers are sent, but none that would bend the signature or the message', async () => {
    const server = await serve((socket) => socket.end(answer('200 OK')));
    const customHeaders = {
      'X-Tenant': 'a',
      Authorization: 'Basic eA==',
      'Webhook-Id': 'evil',
      'USER-AGENT': 'x',
    };
    await sender.send({ ...base, url: server.url, customHeaders });
    const [request = ''] = server.received();
    expect(request).toContain('x-tenant: a\r\n');
    expect(request).toContain('authorization: Basic eA==\r\n');
    expect(request.match(/webhook-id/gi)).toHaveLength(1);
    expect(request).not.toContain('evil');
    expect(request.match(/user-agent/gi)).toHaveLength(1);
  });

  test.each([
    [
      'is cut off by a reset',
      (socket: Socket) =>
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf', () => socket.resetAndDestroy()),
    ],
    [
      'is closed half-way',
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf'),
    ],
    [
      'has no length and ends with the connection',
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nhalf'),
    ],
    [
      'breaks off inside a chunk',
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf'),
    ],
  ])('a 2xx whose answer %s after its headers', async (_how, behave) => {
    const server = await serve(behave);
    expect(await sender.send({ ...base, url: server.url })).toMatchObject({
      outcome: 'delivered',
      status: 200,
    });
  });

  test('an early hint before the answer changes nothing', async () => {
    const server = await serve((socket) => socket.end(`HTTP/1.1 103 Early Hints\r\n\r\n${answer('200 OK')}`));
    expect(await sender.send({ ...base, url: server.url })).toMatchObject({
      outcome: 'delivered',
      status: 200,
    });
  });
});

describe('the answer', () => {
  test('is read up to 4 KiB and no further, however large, and the connection destroyed', async () => {
    let written = 0;
    const block = Buffer.alloc(64 * 1_024, 'x');
    const server = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n');
      const pump = () => {
        if (socket.destroyed || written > 200 * 1_048_576) return;
        written += block.length;
        if (socket.write(block)) setImmediate(pump);
        else socket.once('drain', pump);
      };
      pump();
    });
    const attempt = await sender.send({ ...base, url: server.url, timeoutMs: 5_000 });
    expect(attempt).toMatchObject({ outcome: 'delivered', status: 200, response: 'x'.repeat(4_096) });
    const socket = server.lastSocket();
    // Not `once` of node:events: the reset that ends it is an error, too.
    if (socket && !socket.closed) await new Promise((resolve) => socket.once('close', resolve));
    // What the kernel's buffers took, not a gigabyte.
    expect(written).toBeLessThan(32 * 1_048_576);
  });

  test('is kept whole when it has exactly 4 KiB', async () => {
    const server = await serve((socket) => socket.end(answer('200 OK', [], 'y'.repeat(4_096))));
    expect((await sender.send({ ...base, url: server.url })).response).toHaveLength(4_096);
  });

  test('is never cut inside a character and holds no NUL', async () => {
    const text = `\u0000${'é'.repeat(3_000)}`;
    const server = await serve((socket) => socket.end(answer('200 OK', [], text)));
    const { response } = await sender.send({ ...base, url: server.url });
    expect(response).toBe(`\uFFFD${'é'.repeat(2_047)}`);
  });

  test('of a failure is kept, too', async () => {
    const server = await serve((socket) => socket.end(answer('500 Oops', [], 'stack trace')));
    expect(await sender.send({ ...base, url: server.url })).toMatchObject({
      outcome: 'retry',
      status: 500,
      response: 'stack trace',
      error: 'http_error',
    });
  });
});

describe('to be tried again', () => {
  test.each([
    ['hangs before its headers', () => {}, 'timeout'],
    ['hangs inside its headers', (socket: Socket) => socket.write('HTTP/1.1 200 OK\r\nX-A: '), 'timeout'],
    [
      'hangs after its headers',
      (socket: Socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx'),
      'timeout',
    ],
    ['closes without a word', (socket: Socket) => socket.end(), 'connection_closed'],
    ['resets', (socket: Socket) => socket.resetAndDestroy(), 'connection_closed'],
    [
      'closes inside its headers',
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nX-A: b'),
      'connection_closed',
    ],
    ['does not speak HTTP', (socket: Socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'), 'invalid_response'],
    [
      'sends endless headers',
      (socket: Socket) => socket.write(`HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(100_000)}`),
      'invalid_response',
    ],
  ])('a receiver that %s', async (_how, behave, error) => {
    const server = await serve(behave);
    const attempt = await sender.send({ ...base, url: server.url, timeoutMs: 1_000 });
    expect(attempt).toMatchObject({ outcome: 'retry', error });
    expect(attempt.durationMs).toBeLessThan(5_000);
  });

  test('a receiver that drips a byte at a time is given up when its time is over', async () => {
    let timer: NodeJS.Timeout | undefined;
    const server = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n');
      timer = setInterval(() => socket.write('x'), 20);
    });
    const attempt = await sender.send({ ...base, url: server.url, timeoutMs: 1_000 });
    clearInterval(timer);
    expect(attempt).toMatchObject({ outcome: 'retry', error: 'timeout', status: 200 });
    expect(attempt.durationMs).toBeGreaterThanOrEqual(990);
    expect(attempt.durationMs).toBeLessThan(5_000);
  });

  test('a port where nobody listens', async () => {
    const server = await startRawServer(() => {});
    await server.close();
    expect(await sender.send({ ...base, url: server.url })).toMatchObject({
      outcome: 'retry',
      error: 'connection_refused',
    });
  });

  test('a receiver that accepts no connections, after the connect timeout', async () => {
    const tls = createServer().listen(0, '127.0.0.1');
    await once(tls, 'listening');
    // Connected, but never a TLS hello: the handshake counts as connecting.
    const url = `https://127.0.0.1:${(tls.address() as AddressInfo).port}/`;
    const held: Socket[] = [];
    tls.on('connection', (socket) => held.push(socket));
    const attempt = await sender.send({ ...base, url, timeoutMs: 5_000 });
    for (const socket of held) socket.destroy();
    tls.close();
    expect(attempt).toMatchObject({ outcome: 'retry', error: 'connect_timeout' });
    expect(attempt.durationMs).toBeLessThan(4_500);
  });

  test('a connection that is still being made, when the time for all of it is over', async () => {
    const patient = createWebhookSender({ policy, lookup: () => Promise.resolve([]), version: '0' });
    const tls = createServer().listen(0, '127.0.0.1');
    await once(tls, 'listening');
    const url = `https://127.0.0.1:${(tls.address() as AddressInfo).port}/`;
    const held: Socket[] = [];
    tls.on('connection', (socket) => held.push(socket));
    const attempt = await patient.send({ ...base, url, timeoutMs: 300 });
    for (const socket of held) socket.destroy();
    tls.close();
    await patient.close();
    expect(attempt).toMatchObject({ outcome: 'retry', error: 'timeout' });
    // Not the five seconds that a connection may take.
    expect(attempt.durationMs).toBeLessThan(3_000);
  });

  test('a name server that stays silent, when the time is over', async () => {
    const silent = createWebhookSender({ policy, lookup: () => new Promise(() => {}), version: '0' });
    const attempt = await silent.send({ ...base, url: 'https://receiver.example.org/', timeoutMs: 100 });
    expect(attempt).toMatchObject({ outcome: 'retry', error: 'timeout' });
    await silent.close();
  });

  test.each([301, 302, 303, 307, 308])('a %d: redirects are not followed', async (status) => {
    const other = await serve((socket) => socket.end(answer('200 OK')));
    const server = await serve((socket) => socket.end(answer(`${status} Moved`, [`Location: ${other.url}`])));
    const attempt = await sender.send({ ...base, url: server.url });
    expect(attempt).toMatchObject({ outcome: 'retry', status, error: 'redirect' });
    expect(other.connections()).toBe(0);
  });

  test.each([400, 401, 403, 404, 409, 422, 429, 500, 502, 503])('a %d does not disable', async (status) => {
    const server = await serve((socket) => socket.end(answer(`${status} No`)));
    expect(await sender.send({ ...base, url: server.url })).toMatchObject({
      outcome: 'retry',
      status,
      error: 'http_error',
    });
  });

  test.each([
    ['120', 120_000],
    ['Sun, 22 Nov 2026 12:00:30 GMT', 30_000],
    ['99999999', 86_400_000],
  ])('with Retry-After %s', async (value, retryAfterMs) => {
    const server = await serve((socket) => socket.end(answer('503 Later', [`Retry-After: ${value}`])));
    expect(await sender.send({ ...base, url: server.url })).toMatchObject({ outcome: 'retry', retryAfterMs });
  });
});

test('a 410 is the end, even if its answer never finishes', async () => {
  const server = await serve((socket) => socket.write('HTTP/1.1 410 Gone\r\nContent-Length: 9\r\n\r\nx'));
  expect(await sender.send({ ...base, url: server.url, timeoutMs: 1_000 })).toMatchObject({
    outcome: 'gone',
    status: 410,
    error: 'gone',
  });
});

test('a shutdown ends an attempt without a verdict', async () => {
  const server = await serve(() => {});
  const stop = new AbortController();
  const sending = sender.send({ ...base, url: server.url, timeoutMs: 10_000, signal: stop.signal });
  stop.abort(new Error('shutting down'));
  await expect(sending).rejects.toThrow('shutting down');
});

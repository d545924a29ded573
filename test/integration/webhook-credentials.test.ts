import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import { rootCertificates } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { createWebhookSender } from '../../adapters/webhooks/send.js';
import { trustedWith } from '../../adapters/egress/pinned-connector.js';
import { createUrlPolicy } from '../../domain/webhooks/url-policy.js';
import { startRawServer } from '../support/raw-server.js';
import { issueCertificates } from '../support/tls-certificates.js';

const policy = createUrlPolicy({ allowedNetworks: ['127.0.0.0/8'] });
const lookup = () => Promise.resolve(['127.0.0.1']);
const base = { endpointId: 'whe_a', body: '{}', headers: {}, timeoutMs: 2_000 };

function sendingAt(now: () => number) {
  return createWebhookSender({ policy, lookup, version: '0', now });
}

describe('OAuth 2 client credentials', () => {
  const client = { clientId: 'client:a', clientSecret: 's/ecret+', scope: 'hooks', audience: 'receiver' };

  async function tokenServer(body: (request: number) => string, status = '200 OK') {
    return startRawServer((socket, _head, index) => {
      const text = body(index);
      socket.end(`HTTP/1.1 ${status}\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`);
    });
  }

  const ok = (status: string) =>
    startRawServer((socket) =>
      socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`),
    );

  test('a token is fetched once, used until shortly before it expires, then fetched anew', async () => {
    let now = 0;
    const tokens = await tokenServer((index) =>
      JSON.stringify({ access_token: `token-${index}`, expires_in: 100 }),
    );
    const receiver = await ok('200 OK');
    const sender = sendingAt(() => now);
    const oauth = { tokenUrl: tokens.url, ...client };
    for (const time of [0, 60_000, 69_000, 71_000]) {
      now = time;
      expect(await sender.send({ ...base, url: receiver.url, oauth })).toMatchObject({
        outcome: 'delivered',
      });
    }
    const used = receiver.received().map((request) => /authorization: (.*)\r/.exec(request)?.[1]);
    expect(used).toEqual(['Bearer token-0', 'Bearer token-0', 'Bearer token-0', 'Bearer token-1']);
    const [asked = ''] = tokens.received();
    const basic = Buffer.from(/authorization: Basic (.*)\r/.exec(asked)?.[1] ?? '', 'base64').toString();
    expect(basic).toBe('client%3Aa:s%2Fecret%2B');
    expect(asked).toContain('grant_type=client_credentials&scope=hooks&audience=receiver');
    await Promise.all([sender.close(), tokens.close(), receiver.close()]);
  });

  test('attempts that begin together share one token', async () => {
    const tokens = await tokenServer((index) => JSON.stringify({ access_token: `token-${index}` }));
    const receiver = await ok('200 OK');
    const sender = sendingAt(() => 0);
    const oauth = { tokenUrl: tokens.url, ...client };
    const attempts = Array.from({ length: 5 }, () => sender.send({ ...base, url: receiver.url, oauth }));
    const outcomes = (await Promise.all(attempts)).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(Array(5).fill('delivered'));
    expect(tokens.connections()).toBe(1);
    await Promise.all([sender.close(), tokens.close(), receiver.close()]);
  });

  test('a receiver that answers 401 gets a fresh token at the next attempt', async () => {
    const tokens = await tokenServer((index) =>
      JSON.stringify({ access_token: `token-${index}`, expires_in: 3600 }),
    );
    const receiver = await ok('401 Unauthorized');
    const sender = sendingAt(() => 0);
    const oauth = { tokenUrl: tokens.url, ...client };
    await sender.send({ ...base, url: receiver.url, oauth });
    await sender.send({ ...base, url: receiver.url, oauth });
    expect(tokens.connections()).toBe(2);
    await Promise.all([sender.close(), tokens.close(), receiver.close()]);
  });

  test.each([
    ['refuses', '{"error":"invalid_client"}', '401 Unauthorized'],
    ['answers no JSON', '<html>', '200 OK'],
    ['answers no token', '{}', '200 OK'],
    ['answers a token with a line break', '{"access_token":"a\\r\\nX-Evil: b"}', '200 OK'],
    ['answers null', 'null', '200 OK'],
    ['redirects', '{"access_token":"a"}', '302 Found'],
    ['answers too much', `{"access_token":"a"}${' '.repeat(20_000)}`, '200 OK'],
  ])('a token server that %s is a failed attempt, and nothing is sent', async (_how, body, status) => {
    const tokens = await tokenServer(() => body, status);
    const receiver = await ok('200 OK');
    const sender = sendingAt(() => 0);
    const attempt = await sender.send({
      ...base,
      url: receiver.url,
      oauth: { tokenUrl: tokens.url, ...client },
    });
    expect(attempt).toEqual({ outcome: 'retry', error: 'token_failed', durationMs: expect.any(Number) });
    expect(receiver.connections()).toBe(0);
    await Promise.all([sender.close(), tokens.close(), receiver.close()]);
  });
});

describe('TLS', () => {
  let certificates: Awaited<ReturnType<typeof issueCertificates>>;
  let server: Server;
  let url: string;
  const peers: { name: string | undefined; servername: string | false | null }[] = [];

  beforeAll(async () => {
    certificates = await issueCertificates('receiver.example.org');
    const { ca, server: own } = certificates;
    server = createServer(
      { ...own, ca, requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        const socket = request.socket as TLSSocket;
        const name: unknown = socket.getPeerCertificate().subject?.CN;
        peers.push({
          name: typeof name === 'string' ? name : undefined,
          servername: socket.servername,
        });
        response.writeHead(socket.authorized ? 204 : 403).end();
      },
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `https://receiver.example.org:${(server.address() as AddressInfo).port}/`;
  });

  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  test('a client certificate is shown, and TLS speaks of the name, not of the address', async () => {
    const sender = sendingAt(() => 0);
    const tls = { ...certificates.client, ca: certificates.ca };
    expect(await sender.send({ ...base, url, tls })).toMatchObject({ outcome: 'delivered', status: 204 });
    expect(peers.at(-1)).toEqual({ name: 'paraphe', servername: 'receiver.example.org' });
    await sender.close();
  });

  test('authorities of the endpoint’s own are trusted besides the usual ones, not in their place', () => {
    expect(trustedWith(certificates.ca)).toEqual([...rootCertificates, certificates.ca]);
  });

  test('a connection made with a certificate is not used for an endpoint without', async () => {
    const sender = sendingAt(() => 0);
    const { ca, client } = certificates;
    await sender.send({ ...base, url, tls: { ...client, ca } });
    await new Promise(setImmediate);
    expect(await sender.send({ ...base, url, tls: { ca } })).toMatchObject({ outcome: 'retry', status: 403 });
    await sender.close();
  });

  test('a server whose certificate nobody vouches for, or that names another, is refused', async () => {
    const sender = sendingAt(() => 0);
    const count = peers.length;
    expect(await sender.send({ ...base, url })).toMatchObject({ outcome: 'retry', error: 'tls_failed' });
    const other = url.replace('receiver.', 'another.');
    const tls = { ca: certificates.ca };
    expect(await sender.send({ ...base, url: other, tls })).toMatchObject({
      outcome: 'retry',
      error: 'tls_failed',
    });
    expect(peers).toHaveLength(count);
    await sender.close();
  });
});

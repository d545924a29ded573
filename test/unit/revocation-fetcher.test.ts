import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import {
  createRevocationFetcher,
  type RevocationFetcherDeps,
} from '../../adapters/signature/revocation-fetcher.js';
import { parseNetwork } from '../../domain/webhooks/address.js';

let server: Server;
let host: string;
let asked: string[];

const answers: Record<string, RequestListener> = {
  '/list': (_, response) => response.end('list'),
  '/ocsp': (request, response) => request.pipe(response),
  '/moved': (_, response) => response.writeHead(302, { location: '/list' }).end(),
  '/endless': (_, response) => {
    const write = (): void => {
      while (response.write(Buffer.alloc(65_536)));
      response.once('drain', write);
    };
    write();
  },
  '/silent': () => undefined,
};

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answers[request.url ?? '']?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  asked = [];
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

const fetcherFor = (allowedHosts: string[], more: Partial<RevocationFetcherDeps> = {}) =>
  createRevocationFetcher({ allowedHosts, lookup: () => Promise.reject(new Error('no name')), ...more });

describe('asking for revocation data', () => {
  it('fetches lists and asks responders', async () => {
    const fetcher = fetcherFor([host]);
    expect(Buffer.from((await fetcher.crl(`http://${host}/list`)) ?? []).toString()).toBe('list');
    expect(
      Buffer.from((await fetcher.ocsp(`http://${host}/ocsp`, Buffer.from('question'))) ?? []).toString(),
    ).toBe('question');
  });

  it('asks no host that was not named', async () => {
    const fetcher = fetcherFor(['crl.example.org']);
    await expect(fetcher.crl(`http://${host}/list`)).resolves.toBeNull();
    await expect(fetcher.crl('file:///etc/hosts')).resolves.toBeNull();
    expect(asked).toEqual([]);
  });

  it.each([
    ['/moved', 'answers 302'],
    ['/endless', 'answers more than'],
    ['/silent', 'timeout'],
  ])('has no answer from %s', async (path, why) => {
    // What never ends is left for its size, long before its time is up.
    const fetcher = fetcherFor([host], { timeoutMs: path === '/silent' ? 2_000 : 30_000 });
    await expect(fetcher.crl(`http://${host}${path}`)).rejects.toThrow(why);
    expect(asked).toEqual([path]);
  });

  it.each([
    ['leads inside', ['127.0.0.1'], []],
    ['leads inside with one address of two', ['192.0.2.1', '127.0.0.1'], ['192.0.2.0/24']],
    [
      'leads to a metadata service, even where its range is let through',
      ['169.254.169.254'],
      ['169.254.0.0/16'],
    ],
    ['leads nowhere', [], ['127.0.0.0/8']],
  ])('asks nobody where a name that was named %s', async (_, addresses, ranges) => {
    const name = `crl.example.org:${new URL(`http://${host}`).port}`;
    const lookup = () => Promise.resolve(addresses);
    const fetcher = fetcherFor([name], { lookup, allowedNetworks: ranges.map(parseNetwork) });
    await expect(fetcher.crl(`http://${name}/list`)).rejects.toThrow('an address that is not allowed');
    expect(asked).toEqual([]);
  });

  it('looks a name up once and goes where that led', async () => {
    const name = `crl.example.org:${new URL(`http://${host}`).port}`;
    const looked: string[] = [];
    const lookup = (one: string) => {
      looked.push(one);
      return Promise.resolve(looked.length === 1 ? ['127.0.0.1'] : ['169.254.169.254']);
    };
    const fetcher = fetcherFor([name], { lookup, allowedNetworks: [parseNetwork('127.0.0.0/8')] });
    expect(Buffer.from((await fetcher.crl(`http://${name}/list`)) ?? []).toString()).toBe('list');
    expect([looked, asked]).toEqual([['crl.example.org'], ['/list']]);
  });
});

import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createRevocationFetcher } from '../../adapters/signature/revocation-fetcher.js';

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

describe('asking for revocation data', () => {
  it('fetches lists and asks responders', async () => {
    const fetcher = createRevocationFetcher({ allowedHosts: [host] });
    expect(Buffer.from((await fetcher.crl(`http://${host}/list`)) ?? []).toString()).toBe('list');
    expect(
      Buffer.from((await fetcher.ocsp(`http://${host}/ocsp`, Buffer.from('question'))) ?? []).toString(),
    ).toBe('question');
  });

  it('asks no host that was not named', async () => {
    const fetcher = createRevocationFetcher({ allowedHosts: ['crl.example.org'] });
    await expect(fetcher.crl(`http://${host}/list`)).resolves.toBeNull();
    await expect(fetcher.crl('file:///etc/hosts')).resolves.toBeNull();
    expect(asked).toEqual([]);
  });

  it.each(['/moved', '/endless', '/silent'])('has no answer from %s', async (path) => {
    const fetcher = createRevocationFetcher({ allowedHosts: [host], timeoutMs: 2_000 });
    await expect(fetcher.crl(`http://${host}${path}`)).rejects.toThrow();
    expect(asked).toEqual([path]);
  });
});

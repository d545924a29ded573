import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Serves a listener (an Express app is one) on a port of the loopback interface: a free one unless given. */
export async function serve(listener: RequestListener | Server, wanted = 0): Promise<TestServer> {
  const server = typeof listener === 'function' ? createServer(listener) : listener;
  // A test that is busy for seconds must not find its connection closed.
  server.keepAliveTimeout = 65_000;
  server.listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
}

export interface RecordingServer extends TestServer {
  readonly requests: readonly ReceivedRequest[];
  /** The first request that fits, now or later; rejects after the deadline. */
  readonly next: (fits: (request: ReceivedRequest) => boolean, withinMs?: number) => Promise<ReceivedRequest>;
}

/** A server that keeps what it gets; `answer` decides the status for each request (200 unless told). */
export async function recordRequests(
  answer: (request: ReceivedRequest) => number | Promise<number> = () => 200,
  port = 0,
): Promise<RecordingServer> {
  const requests: ReceivedRequest[] = [];
  const waiting = new Set<() => void>();
  const server = await serve((incoming, outgoing) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const { method = '', url = '', headers } = incoming;
      const request = { method, path: url, headers, body: Buffer.concat(chunks).toString(), at: Date.now() };
      requests.push(request);
      waiting.forEach((look) => look());
      outgoing.writeHead(await answer(request)).end();
    })().catch((error: unknown) => outgoing.destroy(error as Error));
  }, port);
  return { ...server, requests, next: (fits, withinMs = 20_000) => first(requests, waiting, fits, withinMs) };
}

/** Resolves with the first item that fits, present or to come. */
export function first<T>(
  items: readonly T[],
  waiting: Set<() => void>,
  fits: (item: T) => boolean,
  withinMs: number,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      waiting.delete(look);
      reject(new Error(`Nothing that fits came within ${withinMs} ms; ${items.length} came in all.`));
    }, withinMs);
    const look = () => {
      const found = items.find(fits);
      if (found === undefined) return;
      clearTimeout(timer);
      waiting.delete(look);
      resolve(found);
    };
    waiting.add(look);
    look();
  });
}

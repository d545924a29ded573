import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that listens, and stops: what it is answering it finishes first, for a while. */
export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

const KEEP_ALIVE_MS = 65_000;
const FINISH_MS = 3_000;

/** Listens on a port; 0 finds a free one. Rejects when the port is taken. */
export async function listen(app: RequestListener, host: string, port: number): Promise<Listening> {
  const server: Server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          server.closeAllConnections();
        }, FINISH_MS);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

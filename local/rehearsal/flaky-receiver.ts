import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A receiver that can be out of order: it answers what it is set to and counts. */
export interface FlakyReceiver {
  readonly url: string;
  status: number;
  readonly seen: () => number;
  readonly close: () => void;
}

export async function openFlakyReceiver(first: number): Promise<FlakyReceiver> {
  let seen = 0;
  const receiver = { status: first };
  const server = createServer((request, response) => {
    seen += 1;
    request.resume();
    request.once('end', () => response.writeHead(receiver.status).end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    seen: () => seen,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  });
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Arrival {
  readonly eventId: string;
  readonly body: string;
  /** When the whole request was there, in milliseconds since 1970. */
  readonly at: number;
}

export interface Receiver {
  readonly url: string;
  readonly arrivals: Arrival[];
  close(): void;
}

/** Answers, or doesn't; the request has been read. */
export type Behaviour = (response: ServerResponse, request: IncomingMessage, arrival: Arrival) => void;

export const wellBehaved: Behaviour = (response) => void response.writeHead(204).end();

/** A receiver on the loopback interface that keeps what arrives. */
export async function openReceiver(behave: Behaviour = wellBehaved): Promise<Receiver> {
  const arrivals: Arrival[] = [];
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const at = performance.timeOrigin + performance.now();
    const eventId = String(request.headers['webhook-id']);
    const arrival = { eventId, body: Buffer.concat(chunks).toString(), at };
    arrivals.push(arrival);
    behave(response, request, arrival);
  }
  const server = createServer((request, response) => {
    // The worker was killed while it sent.
    take(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    arrivals,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** What a webhook says, as far as the demo reads it. */
export interface WebhookEvent {
  readonly id: string;
  readonly type: string;
  readonly sequence: number;
  readonly data: {
    readonly contract: { readonly id: string; readonly status: string };
    readonly documents?: readonly { readonly sha256: string; readonly href: string }[];
  };
}

export interface Receiver {
  readonly url: string;
  /** What the endpoint's creation has answered: nothing is believed before it is set. */
  readonly trust: (secret: string) => void;
  /** Each event once, in order of arrival: what comes again under a known id is answered and forgotten. */
  readonly events: readonly WebhookEvent[];
  readonly close: () => void;
}

/** The receiver of a business system: checks each signature before it reads a word. */
export async function openReceiver(): Promise<Receiver> {
  const events = new Map<string, WebhookEvent>();
  const ordered: WebhookEvent[] = [];
  let webhook: Webhook | null = null;

  async function take(request: IncomingMessage): Promise<number> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (webhook === null) return 503;
    try {
      const headers = request.headers as Record<string, string>;
      const event = webhook.verify(Buffer.concat(chunks).toString(), headers) as WebhookEvent;
      if (!events.has(event.id)) ordered.push(event);
      events.set(event.id, event);
      return 204;
    } catch {
      return 401;
    }
  }

  const server = createServer((request, response) => {
    take(request).then(
      (status) => response.writeHead(status).end(),
      () => response.destroy(),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/paraphe`,
    trust: (secret) => {
      webhook = new Webhook(secret);
    },
    events: ordered,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

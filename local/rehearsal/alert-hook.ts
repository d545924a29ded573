import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An alert as Alertmanager told it. */
export interface Told {
  readonly route: string;
  readonly alert: string;
  readonly status: 'firing' | 'resolved';
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Where Alertmanager's three receivers end: keeps what fires. */
export interface AlertHook {
  readonly url: string;
  readonly told: readonly Told[];
  readonly close: () => void;
}

export async function openAlertHook(): Promise<AlertHook> {
  const told: Told[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { alerts } = JSON.parse(body) as {
        alerts: { status: Told['status']; labels: Record<string, string> }[];
      };
      for (const { status, labels } of alerts) {
        const alert = labels['alertname'] ?? '';
        told.push({ route: (request.url ?? '').slice(1), alert, status, at: Date.now() });
      }
      response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // The rehearsal's end is not held up by it.
  server.unref();
  return {
    told,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

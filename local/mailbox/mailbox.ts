import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMailboxApp } from './app.js';
import { openMessageStore } from './message-store.js';
import { createSmtpServer } from './smtp.js';

export interface MailboxOptions {
  readonly home: string;
  /** 0 takes a free port. */
  readonly smtpPort: number;
  readonly httpPort: number;
}

export interface Mailbox {
  readonly smtpUrl: string;
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Opens the mailbox: SMTP in, pages and JSON out, both on the loopback interface only. */
export async function openMailbox({ home, smtpPort, httpPort }: MailboxOptions): Promise<Mailbox> {
  const store = await openMessageStore(home);
  const smtp = createSmtpServer(store);
  smtp.on('error', () => undefined);
  const listener = smtp.listen(smtpPort, '127.0.0.1');
  await once(listener, 'listening');
  const http = createServer(createMailboxApp(store)).listen(httpPort, '127.0.0.1');
  await once(http, 'listening');
  return {
    smtpUrl: `smtp://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    close: async () => {
      http.closeAllConnections();
      await Promise.all([
        new Promise<void>((resolve) => http.close(() => resolve())),
        new Promise<void>((resolve) => smtp.close(() => resolve())),
      ]);
    },
  };
}

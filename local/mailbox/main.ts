import path from 'node:path';
import { openMailbox } from './mailbox.js';

/** The mailbox as a process of its own; says `{"ready": true}` with its addresses when it takes mail. */
async function main(): Promise<void> {
  const { MAILBOX_SMTP_PORT, MAILBOX_HTTP_PORT, MAILBOX_HOME } = process.env;
  const { smtpUrl, url, close } = await openMailbox({
    smtpPort: Number(MAILBOX_SMTP_PORT ?? 1025),
    httpPort: Number(MAILBOX_HTTP_PORT ?? 8025),
    home: path.resolve(MAILBOX_HOME ?? '.paraphe/mailbox'),
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void close().then(() => process.exit(0)));
  }
  console.log(JSON.stringify({ ready: true, url, smtpUrl }));
}

main().catch((error: unknown) => {
  console.error(String(error));
  process.exit(1);
});

import { createTransport } from 'nodemailer';
import type { RenderedMail } from '../../domain/mails/render.js';

/** Sends one mail. Rejects when the server did not take it; `unknown` when it may have. */
export interface MailSender {
  send(mail: RenderedMail & { to: string; messageId: string }): Promise<void>;
  close(): void;
}

/** The mail server's answer was lost after it had the message: it may have taken it. */
export class MailUncertain extends Error {
  override readonly name = 'MailUncertain';
}

const CONNECT_MS = 10_000;
const ANSWER_MS = 30_000;

/** @param url SMTP server, e.g. `smtp://user:pass@host:587` @param from the sender's address */
export function createMailSender(url: string, from: string): MailSender {
  const patience = { connectionTimeout: CONNECT_MS, greetingTimeout: CONNECT_MS, socketTimeout: ANSWER_MS };
  const transport = createTransport({ url, ...patience });
  return {
    async send({ to, subject, text, html, messageId }) {
      const headers = { 'Auto-Submitted': 'auto-generated' };
      try {
        await transport.sendMail({ from, to, subject, text, html, messageId, headers });
      } catch (error) {
        throw mayBeTaken(error)
          ? new MailUncertain('the mail server did not answer after the message')
          : error;
      }
    },
    close: () => transport.close(),
  };
}

/** Timeouts and breaks in the DATA phase; an answer of the server, even a refusal, is certain. */
function mayBeTaken(error: unknown): boolean {
  const { code, command } = error as { code?: string; command?: string };
  return command === 'DATA' && (code === 'ETIMEDOUT' || code === 'ECONNECTION' || code === 'ESOCKET');
}

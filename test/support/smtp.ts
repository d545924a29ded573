import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { callbackify } from 'node:util';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { first } from './http.js';

export interface CaughtMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly mail: ParsedMail;
  readonly raw: string;
}

export interface SmtpCatcher {
  readonly url: string;
  readonly mails: readonly CaughtMail[];
  readonly next: (fits: (mail: CaughtMail) => boolean, withinMs?: number) => Promise<CaughtMail>;
  readonly close: () => Promise<void>;
}

/** A real SMTP server of this test that keeps what it gets; `refuse` makes it answer with an error. */
export async function catchMail(refuse: (to: string) => boolean = () => false): Promise<SmtpCatcher> {
  const mails: CaughtMail[] = [];
  const waiting = new Set<() => void>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onRcptTo: ({ address }, _session, done) =>
      done(
        refuse(address) ? Object.assign(new Error('Mailbox unavailable'), { responseCode: 550 }) : undefined,
      ),
    onData: (stream, session, done) => {
      const keep = async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk as Buffer);
        const raw = Buffer.concat(chunks);
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        const to = rcptTo.map(({ address }) => address);
        mails.push({ from, to, mail: await simpleParser(raw), raw: raw.toString('latin1') });
        waiting.forEach((look) => look());
      };
      callbackify(keep)(done);
    },
  });
  const listener = server.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    next: (fits, withinMs = 20_000) => first(mails, waiting, fits, withinMs),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

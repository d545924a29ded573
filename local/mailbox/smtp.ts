import { callbackify } from 'node:util';
import { SMTPServer } from 'smtp-server';
import type { MessageStore } from './message-store.js';

const largestMail = 50 * 1024 * 1024;

/** A real SMTP server that takes every mail, for anybody, and gives none away. */
export function createSmtpServer(store: MessageStore): SMTPServer {
  return new SMTPServer({
    authOptional: true,
    // Loopback only: nothing to encrypt, and no certificate that a client would trust.
    disabledCommands: ['STARTTLS'],
    size: largestMail,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? 'anybody' }),
    onData: (stream, session, done) => {
      const { mailFrom, rcptTo } = session.envelope;
      const envelope = {
        from: mailFrom === false ? '' : mailFrom.address,
        to: rcptTo.map(({ address }) => address),
      };
      const keep = async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk as Buffer);
        if (stream.sizeExceeded) throw Object.assign(new Error('Too large'), { responseCode: 552 });
        await store.keep(envelope, Buffer.concat(chunks));
      };
      callbackify(keep)(done);
    },
  });
}

import { composeMail } from '../activities/compose-mail.js';
import { MailUncertain, type MailSender } from '../adapters/mail/mail-sender.js';
import type { Clock } from '../runtime/clock.js';
import type { Logger } from '../runtime/logger.js';
import { inTrace } from '../runtime/telemetry/in-trace.js';
import type { Vault } from '../runtime/vault.js';
import type { Database } from '../store/database.js';
import {
  claimMail,
  handMail,
  mailDelayed,
  mailFailed,
  mailSent,
  settleHandedMails,
  type DueMail,
} from '../store/mails.js';
import { Erased } from '../store/personal.js';

export interface MailerDeps {
  db: Database;
  vault: Vault;
  clock: Clock;
  logger: Logger;
  sender: MailSender;
  /** Looks for mails that are due this often, in milliseconds. */
  everyMs?: number;
}

export interface Mailer {
  /** Sends what is due now; resolves when it is done. */
  turn(): Promise<void>;
  stop(): Promise<void>;
}

const EVERY_MS = 2_000;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 1_800_000;

/** Sends the mails that events called for. A mail server that is down delays them and nothing else. */
export function createMailer(deps: MailerDeps): Mailer {
  let working: Promise<void> | null = null;
  let isStopped = false;
  const turn = (): Promise<void> => {
    working ??= sendDue(deps, () => isStopped)
      .catch((error: unknown) => deps.logger.warn({ operation: 'mail', error }, 'mails not sent'))
      .finally(() => {
        working = null;
      });
    return working;
  };
  const timer = setInterval(() => void turn(), deps.everyMs ?? EVERY_MS);
  timer.unref();
  return {
    turn,
    /** Ends after the mail under way: one that is killed with the process may never go out. */
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await working;
      deps.sender.close();
    },
  };
}

async function sendDue(deps: MailerDeps, isStopped: () => boolean): Promise<void> {
  await settleHandedMails(deps.db, deps.clock.now());
  // One by one: a process that is killed leaves one mail in doubt, not twenty.
  while (!isStopped()) {
    const mail = await claimMail(deps.db, deps.clock.now());
    if (mail === undefined) return;
    const waited = deps.clock.now().getTime() - mail.calledForAt.getTime();
    await inTrace(mail.traceparent, 'send mail', waited, () => sendOne(deps, mail));
  }
}

async function sendOne(deps: MailerDeps, mail: DueMail): Promise<void> {
  const { db, clock, logger, sender } = deps;
  try {
    const composed = await composeMail(deps, mail);
    if (typeof composed === 'string') return await mailFailed(db, mail.key, composed);
    if (!(await handMail(db, mail.key, clock.now()))) return;
    // The same id for the same mail, so that a mail system that sees it twice keeps one.
    await sender.send({ ...composed, messageId: `<${mail.key.replaceAll(':', '.')}@paraphe.invalid>` });
  } catch (error) {
    if (error instanceof Erased) return mailFailed(db, mail.key, 'erased');
    if (error instanceof MailUncertain) return mailFailed(db, mail.key, 'uncertain');
    if (isRefusedForGood(error)) return mailFailed(db, mail.key, 'refused');
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (mail.attempts - 1));
    logger.warn(
      { operation: 'mail', kind: mail.kind, attempt: mail.attempts, retryInMs: pause, error },
      'mail delayed',
    );
    return mailDelayed(db, mail.key, new Date(clock.now().getTime() + pause));
  }
  // Not one of the failures above: it is out, whether or not the database can write that down now.
  await mailSent(db, mail.key, clock.now());
}

/** 5xx of the mail server about this message (RFC 5321, 4.2.1); a refused login may be mended. */
function isRefusedForGood(error: unknown): boolean {
  const { responseCode, code } = error as { responseCode?: number; code?: string };
  return responseCode !== undefined && responseCode >= 500 && code !== 'EAUTH';
}

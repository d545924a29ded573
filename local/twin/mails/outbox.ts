import nodemailer, { type Transporter } from 'nodemailer';

import type { Clock } from '../clock.js';
import type { Mail } from '../model.js';
import type { State } from '../record/state.js';
import { writeMail, type Letter } from './letter.js';

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 60_000;
const AT_ONCE = 4;

/** Sends the queued mails. A mail server that is down delays mails and nothing else. */
export interface Outbox {
  /** Takes up what an earlier life left in the queue; the site's address is known by now. */
  start(): void;
  /** Queues mails that have just been committed. */
  add(mails: readonly Mail[]): void;
  close(): Promise<void>;
}

export interface OutboxDeps {
  readonly state: State;
  readonly clock: Clock;
  /** Without one, mails stay in the queue, where the control interface shows them. */
  readonly smtpUrl: string | null;
  readonly siteUrl: () => string;
  readonly from: string;
}

export function createOutbox(deps: OutboxDeps): Outbox {
  const { state, smtpUrl } = deps;
  const transport =
    smtpUrl === null ? null : nodemailer.createTransport(poolUrl(smtpUrl), { from: deps.from });
  let queue = [...state.mails.values()].filter((mail) => mail.sentAt === null && !mail.givenUp);
  let sending: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  const life = new AbortController();
  let pause = FIRST_RETRY_MS;

  const send = (mail: Mail): Promise<boolean> => sendOne(deps, transport, mail);
  const drain = async (): Promise<void> => {
    while (queue.length > 0 && !life.signal.aborted) {
      const batch = queue.slice(0, AT_ONCE);
      const sent = await Promise.all(batch.map(send));
      queue = [...queue.slice(batch.length), ...batch.filter((_mail, index) => sent[index] === false)];
      if (!sent.includes(true)) break;
      pause = FIRST_RETRY_MS;
    }
  };
  const later = (): void => {
    sending = null;
    if (queue.length === 0 || life.signal.aborted) return;
    timer = setTimeout(run, pause);
    pause = Math.min(pause * 2, LAST_RETRY_MS);
  };
  const run = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    sending ??= drain().then(later, later);
  };
  const add = (mails: readonly Mail[]): void => {
    if (transport === null || life.signal.aborted || mails.length === 0) return;
    queue.push(...mails);
    run();
  };
  return {
    start: () => {
      if (queue.length > 0 && transport !== null) run();
    },
    add,
    close: async () => {
      life.abort();
      if (timer !== null) clearTimeout(timer);
      transport?.close();
      await sending;
    },
  };
}

/** Tries one mail and resolves to whether it is done with: sent, refused for good, or about a contract that is gone. */
async function sendOne(deps: OutboxDeps, transport: Transporter | null, mail: Mail): Promise<boolean> {
  const letter = letterOf(deps, mail);
  if (transport === null || letter === null) return true;
  mail.attempts += 1;
  try {
    await transport.sendMail(letter);
    mail.sentAt = deps.clock.iso();
    mail.lastError = null;
  } catch (error) {
    mail.lastError = error instanceof Error ? error.message : 'unknown error';
    if (isRefusedForGood(error)) mail.givenUp = true;
  }
  await deps.state.commit([{ mail }]);
  return mail.sentAt !== null || mail.givenUp;
}

/** Null for a mail whose contract is gone: there is nothing left to say. */
function letterOf(deps: OutboxDeps, mail: Mail): Letter | null {
  const contract = deps.state.contracts.get(mail.contractId);
  const account = contract && deps.state.accounts.get(contract.apiUser);
  if (contract === undefined || account === undefined) return null;
  return writeMail({ mail, contract, account, siteUrl: deps.siteUrl() });
}

/** A reply of 500 and more: the same mail will never be taken. */
function isRefusedForGood(error: unknown): boolean {
  return ((error as { responseCode?: number }).responseCode ?? 0) >= 500;
}

/** nodemailer reads its options from the query when it is given a URL. */
function poolUrl(smtpUrl: string): string {
  const url = new URL(smtpUrl);
  url.searchParams.set('pool', 'true');
  url.searchParams.set('maxConnections', String(AT_ONCE));
  url.searchParams.set('connectionTimeout', '10000');
  return url.href;
}

import type { Clock } from '../clock.js';
import type { Account, Actor, Contract, LogEvent, Mail, MailKind, Signatory } from '../model.js';
import type { Change } from '../record/memory.js';
import { newId } from '../secret.js';

/** One thing done to contracts: at what time, for whom, by whom, and what it changes. Committed as a whole. */
export interface Turn {
  readonly clock: Clock;
  readonly account: Account;
  readonly actor: Actor;
  readonly touched: Map<string, Contract>;
  readonly deleted: Set<string>;
  readonly mails: Mail[];
}

export function beginTurn(clock: Clock, account: Account, actor: Actor): Turn {
  return { clock, account, actor, touched: new Map(), deleted: new Set(), mails: [] };
}

/** What a turn changed, for the journal. */
export function changesOf(turn: Turn): Change[] {
  return [
    ...[...turn.touched.values()].map((contract) => ({ contract })),
    ...[...turn.deleted].map((deleted) => ({ deleted })),
    ...turn.mails.map((mail) => ({ mail })),
  ];
}

/**
 * Adds an entry to the contract's audit trail and moves `updatedAt`: forward by at least a millisecond,
 * because whoever polls compares it, also while the twin's time stands still.
 */
export function note(
  turn: Turn,
  contract: Contract,
  event: LogEvent,
  detail: string,
  signatory?: Signatory,
  at: string = turn.clock.iso(),
): void {
  const about = signatory === undefined ? {} : { signatoryId: signatory.id };
  contract.log.push({ at, event, ...about, detail });
  const last = Date.parse(contract.updatedAt);
  contract.updatedAt = new Date(Math.max(Date.parse(at), last + 1)).toISOString();
  turn.touched.set(contract.id, contract);
}

/** Puts a mail to one signatory in the queue, unless the contract is a stealthy one. */
export function mailSignatory(turn: Turn, contract: Contract, kind: MailKind, signatory: Signatory): void {
  if (!contract.notify.signatory) return;
  turn.mails.push(newMail(turn, contract, kind, 'signatory', signatory.email, signatory));
}

/** Puts a mail to the account's owner in the queue, when there is one who wants it. */
export function mailOwner(turn: Turn, contract: Contract, kind: MailKind, about?: Signatory): void {
  const address = turn.account.ownerEmail;
  if (!contract.notify.owner || address === null) return;
  turn.mails.push(newMail(turn, contract, kind, 'owner', address, about));
}

function newMail(
  turn: Turn,
  contract: Contract,
  kind: MailKind,
  to: Mail['to'],
  address: string,
  signatory?: Signatory,
): Mail {
  return {
    id: newId('mail'),
    kind,
    to,
    address,
    contractId: contract.id,
    signatoryId: signatory?.id ?? null,
    queuedAt: turn.clock.iso(),
    sentAt: null,
    attempts: 0,
    lastError: null,
    givenUp: false,
  };
}

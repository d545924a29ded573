import { sql } from 'kysely';
import type { ContractState } from '../domain/contract/state.js';
import type { EventDraft } from '../domain/events.js';
import { mailsFor, type MailKind } from '../domain/mails/plan.js';
import type { EndpointNoticeKind } from '../domain/mails/endpoint-notice.js';
import type { Database, Tx } from './database.js';

/** A mail that is due. */
export interface DueMail {
  key: string;
  kind: MailKind | EndpointNoticeKind;
  clientId: string;
  /** Null: the mail is not about a contract. */
  contractId: string | null;
  signatoryId: string | null;
  attempts: number;
  /** The trace in which its reason happened. */
  traceparent: string | null;
  calledForAt: Date;
}

/** Writes down the mails that events call for, in the transaction that records them. */
export async function insertMails(
  tx: Tx,
  state: ContractState,
  events: { id: string; draft: EventDraft }[],
  now: Date,
): Promise<void> {
  const row = await tx
    .selectFrom('paraphe.contract as contract')
    .innerJoin('paraphe.client as client', 'client.id', 'contract.client_id')
    .select(['contract.notify_signatories', 'contract.notify_owner', 'client.settings'])
    .where('contract.id', '=', state.id)
    .executeTakeFirstOrThrow();
  const settings = {
    platformNotifies: row.notify_signatories,
    notifyOwner: row.notify_owner,
    signingPage: row.settings.signingPage ?? null,
  };
  const rows = events.flatMap(({ id, draft }) =>
    mailsFor(draft, state, settings).map(({ kind, signatoryId }) => ({
      key: `${id}:${kind}:${signatoryId ?? 'owner'}`,
      client_id: state.clientId,
      contract_id: state.id,
      kind,
      signatory_id: signatoryId,
      created_at: now,
      next_attempt_at: now,
    })),
  );
  if (rows.length === 0) return;
  await tx
    .insertInto('paraphe.mail')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** A process that took a mail and was killed before it handed it over: another takes it after this time. */
const LEASE_MS = 300_000;
/** A mail that was handed over has an answer within this time, or it never gets one. */
const ANSWER_MS = 600_000;

/** Takes a mail that is due, for one process only. */
export async function claimMail(db: Database, now: Date): Promise<DueMail | undefined> {
  const lease = new Date(now.getTime() + LEASE_MS);
  const { rows } = await sql<DueMail>`
    update paraphe.mail set claimed_at = ${now}, attempts = attempts + 1, next_attempt_at = ${lease}
    where key in (
      select key from paraphe.mail
      where next_attempt_at <= ${now} and sent_at is null and handed_at is null and failure is null
      order by next_attempt_at limit 1 for update skip locked)
    returning key, kind, client_id as "clientId", contract_id as "contractId", signatory_id as "signatoryId", attempts, traceparent, created_at as "calledForAt"`.execute(
    db,
  );
  return rows[0];
}

/**
 * The mail server is asked from now on: whatever happens, this mail is not handed over by another process.
 * @returns false when it was handed over already
 */
export async function handMail(db: Database, key: string, now: Date): Promise<boolean> {
  const taken = await db
    .updateTable('paraphe.mail')
    .set({ handed_at: now })
    .where('key', '=', key)
    .where('handed_at', 'is', null)
    .executeTakeFirst();
  return taken.numUpdatedRows > 0n;
}

/** Mails whose process was killed while the mail server was asked: they may have gone out, and are not repeated. */
export async function settleHandedMails(db: Database, now: Date): Promise<void> {
  await db
    .updateTable('paraphe.mail')
    .set({ failure: 'uncertain' })
    .where('handed_at', '<', new Date(now.getTime() - ANSWER_MS))
    .where('sent_at', 'is', null)
    .where('failure', 'is', null)
    .execute();
}

/** The mail server took it. */
export async function mailSent(db: Database, key: string, now: Date): Promise<void> {
  await db.updateTable('paraphe.mail').set({ sent_at: now }).where('key', '=', key).execute();
}

/** It certainly did not go out: again at that time. */
export async function mailDelayed(db: Database, key: string, nextAttemptAt: Date): Promise<void> {
  await db
    .updateTable('paraphe.mail')
    .set({ handed_at: null, next_attempt_at: nextAttemptAt })
    .where('key', '=', key)
    .execute();
}

/** It will not be tried again: refused for good, or nobody to send it to. */
export async function mailFailed(db: Database, key: string, code: string): Promise<void> {
  await db.updateTable('paraphe.mail').set({ failure: code }).where('key', '=', key).execute();
}

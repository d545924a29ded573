import { isOver, type ContractState } from '../contract/state.js';
import type { EventDraft } from '../events.js';

export type MailKind = 'invitation' | 'reminder' | 'deadline_warning' | 'completed' | 'expired';

/** A mail that an event calls for; `signatoryId` null: to the client's contact. */
export interface PlannedMail {
  kind: MailKind;
  signatoryId: string | null;
}

export interface MailSettings {
  /** False: the platform's stealth mode, it writes to nobody. */
  platformNotifies: boolean;
  notifyOwner: boolean;
  /** The client's own signing page for stealth mode, or null. */
  signingPage: string | null;
}

/**
 * The mails of our own that an event calls for. Signatories get some only in stealth mode, where the platform writes
 * to nobody, and only when the client has a page to send them to.
 */
export function mailsFor(event: EventDraft, state: ContractState, settings: MailSettings): PlannedMail[] {
  const ours = !settings.platformNotifies && settings.signingPage !== null;
  const pending = state.signatories.filter((signatory) => signatory.status === 'pending');
  const toPending = (kind: MailKind): PlannedMail[] =>
    ours ? pending.map(({ id }) => ({ kind, signatoryId: id })) : [];
  const toOwner = (kind: MailKind): PlannedMail[] =>
    settings.notifyOwner ? [{ kind, signatoryId: null }] : [];
  switch (event.type) {
    case 'contract.published':
      return toPending('invitation');
    case 'contract.deadline_approaching':
      return [...toPending('reminder'), ...toOwner('deadline_warning')];
    case 'contract.completed':
      return toOwner('completed');
    case 'contract.expired':
      return toOwner('expired');
    default:
      return [];
  }
}

/** Whether what a mail asks for, or warns of, is over by the time it is sent: the mail server may have been away. */
export function isOutdated(
  { kind, signatoryId }: { kind: MailKind; signatoryId: string | null },
  state: ContractState,
): boolean {
  if (kind === 'completed' || kind === 'expired') return false;
  if (isOver(state) || state.signedAt !== null) return true;
  const person = state.signatories.find(({ id }) => id === signatoryId);
  return person !== undefined && person.status !== 'pending';
}

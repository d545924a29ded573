import type { ContractState } from '../contract/state.js';
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

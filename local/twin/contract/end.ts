import type { Contract } from '../model.js';
import { TwinError } from '../twin-error.js';
import { mailOwner, mailSignatory, note, type Turn } from './turn.js';
import { wordingFor } from './wording.js';

/** Cancels a published contract that somebody has still to sign; cancelling a cancelled one changes nothing. */
export function cancelContract(turn: Turn, contract: Contract): void {
  if (contract.status === 'cancelled') return;
  if (contract.status === 'draft') throw new TwinError('not_published');
  if (contract.status === 'signed') throw new TwinError('not_cancellable');
  if (contract.status === 'expired') throw new TwinError('expired');
  contract.status = 'cancelled';
  note(turn, contract, 'cancelled', wordingFor(contract.language).cancelled(turn.actor));
  tellAll(turn, contract, 'cancelled');
}

/** Ends a published contract whose deadline has passed; `at` is when the platform would have noticed. */
export function expireContract(turn: Turn, contract: Contract, at: string): void {
  contract.status = 'expired';
  note(turn, contract, 'expired', wordingFor(contract.language).expired, undefined, at);
  tellAll(turn, contract, 'expired');
}

/** Throws the refusal that fits a contract which can no longer, or not yet, be signed. */
export function requireSignable(contract: Contract): void {
  if (contract.status === 'draft') throw new TwinError('not_published');
  if (contract.status === 'cancelled') throw new TwinError('cancelled');
  if (contract.status === 'expired') throw new TwinError('expired');
}

/** Mails the owner, and every signatory, of an end. */
export function tellAll(turn: Turn, contract: Contract, kind: 'completed' | 'cancelled' | 'expired'): void {
  mailOwner(turn, contract, kind);
  for (const signatory of contract.signatories) mailSignatory(turn, contract, kind, signatory);
}

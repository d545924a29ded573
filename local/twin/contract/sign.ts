import type { Account, Contract, Signatory } from '../model.js';
import { sameSecret } from '../secret.js';
import { TwinError } from '../twin-error.js';
import { requireSignable, tellAll } from './end.js';
import { SANDBOX_CODE } from './sms.js';
import { mailOwner, note, type Turn } from './turn.js';
import { wordingFor } from './wording.js';

export function attemptsLeft(account: Account, signatory: Signatory): number {
  return Math.max(0, account.attemptLimit - signatory.failures);
}

/**
 * Signs with a code. A deposit that is due is refused before the code is looked at, so it costs no attempt;
 * a wrong code counts, and the last one that is allowed blocks the signatory for this contract.
 */
export function sign(turn: Turn, contract: Contract, signatory: Signatory, code: string): void {
  requireSignable(contract);
  if (signatory.status === 'signed') throw new TwinError('already_signed');
  if (signatory.status === 'blocked') throw new TwinError('attempts_exceeded');
  if (signatory.deposit !== null && signatory.deposit.paidAt === null) throw new TwinError('deposit_due');
  if (!isRightCode(turn.account, signatory, code)) refuse(turn, contract, signatory);
  signatory.status = 'signed';
  signatory.signedAt = turn.clock.iso();
  const name = `${signatory.firstName} ${signatory.lastName}`;
  note(turn, contract, 'signed', wordingFor(contract.language).signed(name), signatory);
  if (contract.signatories.every((one) => one.status === 'signed')) complete(turn, contract);
  else mailOwner(turn, contract, 'signed_by', signatory);
}

function complete(turn: Turn, contract: Contract): void {
  contract.status = 'signed';
  contract.signedAt = turn.clock.iso();
  note(turn, contract, 'completed', wordingFor(contract.language).completed);
  tellAll(turn, contract, 'completed');
}

function refuse(turn: Turn, contract: Contract, signatory: Signatory): never {
  signatory.failures += 1;
  const left = attemptsLeft(turn.account, signatory);
  note(turn, contract, 'code_refused', wordingFor(contract.language).codeRefused(left), signatory);
  if (left === 0) {
    signatory.status = 'blocked';
    mailOwner(turn, contract, 'blocked', signatory);
  }
  throw new TwinError('wrong_code', { attemptsLeft: left });
}

function isRightCode(account: Account, signatory: Signatory, code: string): boolean {
  if (account.rules === 'sandbox') return sameSecret(code, SANDBOX_CODE);
  const newest = signatory.sms.at(-1);
  return newest !== undefined && sameSecret(code, newest.code);
}

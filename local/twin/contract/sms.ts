import type { Account, Contract, Signatory } from '../model.js';
import { newCode } from '../secret.js';
import { TwinError } from '../twin-error.js';
import { requireSignable } from './end.js';
import { note, type Turn } from './turn.js';
import { wordingFor } from './wording.js';

/** The code that every signatory of the sandbox may use, with or without an SMS. */
export const SANDBOX_CODE = '0000';

export interface SmsAnswer {
  readonly signatoryId: string;
  readonly smsSent: number;
  readonly smsLeft: number;
}

/** The first SMS is not a resend, so one more than the limit fits. */
export function smsLeft(account: Account, signatory: Signatory): number {
  return Math.max(0, 1 + account.smsLimit - signatory.sms.length);
}

/** Sends one code; the newest is the one that counts. Not idempotent. */
export function sendSms(turn: Turn, contract: Contract, signatory: Signatory): SmsAnswer {
  requireSignable(contract);
  if (signatory.status === 'signed') throw new TwinError('already_signed');
  if (signatory.status === 'blocked') throw new TwinError('attempts_exceeded');
  if (!mayHaveSms(turn.account, signatory)) throw new TwinError('sms_limit');
  const code = turn.account.rules === 'sandbox' ? SANDBOX_CODE : newCode();
  signatory.sms.push({ at: turn.clock.iso(), mobile: signatory.mobile ?? '', code, by: turn.actor });
  const isReal = turn.account.rules === 'production';
  const detail = wordingFor(contract.language).codeSent(signatory.mobile ?? '', isReal);
  note(turn, contract, 'sms_sent', detail, signatory);
  return {
    signatoryId: signatory.id,
    smsSent: signatory.sms.length,
    smsLeft: smsLeft(turn.account, signatory),
  };
}

/** Sends a code to each who can still sign and may still have one; the others are left out. */
export function sendAllSms(turn: Turn, contract: Contract): SmsAnswer[] {
  requireSignable(contract);
  return contract.signatories
    .filter((one) => one.status === 'pending' && mayHaveSms(turn.account, one))
    .map((one) => sendSms(turn, contract, one));
}

/** The sandbox counts down and refuses nothing for the number of SMS. */
function mayHaveSms(account: Account, signatory: Signatory): boolean {
  return account.rules === 'sandbox' || smsLeft(account, signatory) > 0;
}

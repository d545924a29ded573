import type { ContractState, Limits, SignatoryState } from './state.js';

/** SMS that may still be sent: the first code is not a resend (lifecycle.md, *One thing at a time*). */
export function smsLeft(signatory: Pick<SignatoryState, 'smsSent'>, limits: Limits): number {
  return Math.max(0, 1 + limits.sms - signatory.smsSent);
}

/** Signing attempts that are left before the platform blocks the signatory (CP11). */
export function attemptsLeft(signatory: Pick<SignatoryState, 'failures'>, limits: Limits): number {
  return Math.max(0, limits.attempts - signatory.failures);
}

/** The signatory of a contract, or undefined. */
export function findSignatory(state: ContractState, id: string): SignatoryState | undefined {
  return state.signatories.find((signatory) => signatory.id === id);
}

import type { Contract, Signatory } from '../model.js';
import { TwinError } from '../twin-error.js';
import { requireSignable } from './end.js';
import { note, type Turn } from './turn.js';
import { wordingFor } from './wording.js';

/** The platform's public test card: the only one that the twin takes, under either set of rules. */
export const TEST_CARD = '4706750000000009';

export interface Card {
  readonly number: string;
  /** MM/YY or MM/YYYY. */
  readonly expiry: string;
  readonly cryptogram: string;
}

export type CardFault = 'card_number' | 'card_expiry' | 'card_cryptogram';

/** Says what is wrong with a card, or null. A card is good until the end of its month. */
export function cardFault(card: Card, now: number): CardFault | null {
  if (card.number.replace(/[\s-]/g, '') !== TEST_CARD) return 'card_number';
  const month = /^(0[1-9]|1[0-2])\s*\/\s*(\d{2}|20\d{2})$/.exec(card.expiry.trim());
  if (month === null) return 'card_expiry';
  const year = 2000 + (Number(month[2]) % 100);
  if (Date.UTC(year, Number(month[1]), 1) <= now) return 'card_expiry';
  return /^\d{3}$/.test(card.cryptogram.trim()) ? null : 'card_cryptogram';
}

/** Pays what a signatory owes; nothing is ever debited. Paying twice changes nothing. */
export function payDeposit(turn: Turn, contract: Contract, signatory: Signatory, card: Card): void {
  requireSignable(contract);
  if (signatory.deposit === null) throw new TwinError('invalid_request', { message: 'Aucun acompte dû.' });
  if (signatory.deposit.paidAt !== null) return;
  const fault = cardFault(card, turn.clock.now());
  if (fault !== null) throw new TwinError('invalid_request', { message: `Carte refusée (${fault}).` });
  signatory.deposit.paidAt = turn.clock.iso();
  const amount = `${(signatory.deposit.amount / 100).toFixed(2)} ${signatory.deposit.currency}`;
  note(turn, contract, 'deposit_paid', wordingFor(contract.language).paid(amount), signatory);
}

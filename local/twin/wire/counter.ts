import type { Clock } from '../clock.js';
import type { Account } from '../model.js';
import type { State } from '../record/state.js';
import { sameSecret } from '../secret.js';
import { TwinError } from '../twin-error.js';

/** What a request says about itself before anything is looked up. */
export interface Envelope {
  readonly name: string;
  readonly apiUser: string | null;
  readonly contractId: string | null;
  readonly signatoryId: string | null;
}

export function envelopeOf(name: string, body: Record<string, unknown>): Envelope {
  const text = (value: unknown): string | null => (typeof value === 'string' ? value.slice(0, 100) : null);
  return {
    name: name.slice(0, 100),
    apiUser: text(body['apiUser']),
    contractId: text(body['contractId']),
    signatoryId: text(body['signatoryId']),
  };
}

/** Finds the account of a request's keys, or throws as the wire says. */
export function authenticate(state: State, body: Record<string, unknown>): Account {
  const { apiUser, apiKey } = body;
  if (typeof apiUser !== 'string' || typeof apiKey !== 'string' || apiUser === '' || apiKey === '') {
    throw new TwinError('invalid_request', { message: 'apiUser et apiKey sont requis.' });
  }
  const account = state.accounts.get(apiUser);
  if (account === undefined || !sameSecret(account.key, apiKey)) throw new TwinError('invalid_keys');
  if (account.otherPlatform) throw new TwinError('wrong_platform');
  return account;
}

/** Numbers the requests across restarts. */
export function createNumbers(state: State, clock: Clock): () => { n: number; at: string } {
  let last = state.requests().at(-1)?.n ?? 0;
  return () => {
    last += 1;
    return { n: last, at: clock.iso() };
  };
}

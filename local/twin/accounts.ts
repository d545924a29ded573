import type { Account, Language, Rules } from './model.js';
import { newSecret } from './secret.js';

/** Requests a day that the platform allows in production, by default. */
const PRODUCTION_QUOTA = 1000;
const SMS_RESENDS = 5;
const FAILED_SIGNATURES = 5;

/** An account to be opened or changed; what is left out keeps its value, or gets the platform's default. */
export interface AccountOrder {
  readonly key?: string | undefined;
  readonly rules?: Rules | undefined;
  readonly quota?: number | null | undefined;
  readonly smsLimit?: number | undefined;
  readonly attemptLimit?: number | undefined;
  readonly ownerEmail?: string | null | undefined;
  readonly language?: Language | undefined;
  readonly otherPlatform?: boolean | undefined;
}

/** The account that an order makes of what is there already, if anything. */
export function openAccount(user: string, order: AccountOrder, now: string, before?: Account): Account {
  const rules = order.rules ?? before?.rules ?? 'sandbox';
  const usual = rules === 'production' ? PRODUCTION_QUOTA : null;
  const quota = before === undefined || before.rules !== rules ? usual : before.quota;
  return {
    user,
    key: order.key ?? before?.key ?? newSecret(),
    rules,
    quota: order.quota === undefined ? quota : order.quota,
    smsLimit: order.smsLimit ?? before?.smsLimit ?? SMS_RESENDS,
    attemptLimit: order.attemptLimit ?? before?.attemptLimit ?? FAILED_SIGNATURES,
    ownerEmail: order.ownerEmail === undefined ? (before?.ownerEmail ?? null) : order.ownerEmail,
    language: order.language ?? before?.language ?? 'fr',
    otherPlatform: order.otherPlatform ?? before?.otherPlatform ?? false,
    entry: before?.entry ?? newSecret(),
    iban: before?.iban ?? null,
    createdAt: before?.createdAt ?? now,
  };
}

import type { CardFault } from '../contract/deposit.js';
import type { ContractStatus, Language, LogEvent, Rules, SignatoryStatus } from '../model.js';
import type { ErrorCode } from '../twin-error.js';
import { ENGLISH } from './texts-en.js';
import { FRENCH } from './texts-fr.js';

/** What a form of the site may say once it has been done; carried in the address, so it is a fixed list. */
export const DONE = [
  'code',
  'paid',
  'signed',
  'published',
  'mobile',
  'deleted',
  'cancelled',
  'iban',
] as const;
export type Done = (typeof DONE)[number];

/** Why a form was refused, beyond the wire's errors. */
export type Refusal = CardFault | 'form' | 'consent' | 'mobile' | 'iban' | 'login' | 'confirm' | 'not_draft';

/** Every word of the site in one language. */
export interface Texts {
  readonly badge: string;
  readonly skip: string;
  readonly otherLanguage: string;
  footer(rules: Rules | null): string;
  readonly done: Record<Done, string>;
  readonly errors: Record<ErrorCode | Refusal, string>;
  attempts(left: number): string;
  readonly status: Record<ContractStatus | SignatoryStatus, string>;
  readonly events: Record<LogEvent, string>;
  readonly home: { title: string; lead: string; enter: string };
  readonly notFound: { title: string; lead: string };
  readonly sign: SignTexts;
  readonly depositor: DepositorTexts;
}

interface SignTexts {
  greeting(name: string): string;
  until(date: string): string;
  readonly read: string;
  readonly annex: string;
  readonly open: string;
  readonly preview: string;
  readonly pay: string;
  payLead(amount: string): string;
  readonly payHint: string;
  readonly number: string;
  readonly expiry: string;
  readonly cryptogram: string;
  payButton(amount: string): string;
  paidOn(date: string): string;
  readonly code: string;
  codeLead(mobile: string): string;
  codeSent(count: number): string;
  readonly askCode: string;
  readonly askAgain: string;
  readonly sandboxHint: string;
  readonly productionHint: string;
  readonly sign: string;
  readonly codeField: string;
  readonly consent: string;
  readonly signButton: string;
  signedOn(date: string): string;
  readonly others: string;
  readonly signedFiles: string;
  readonly sealing: string;
  readonly ended: Record<'draft' | 'cancelled' | 'expired', string>;
  readonly blocked: string;
}

interface DepositorTexts {
  readonly login: string;
  readonly loginLead: string;
  readonly loginButton: string;
  readonly logout: string;
  readonly contracts: string;
  readonly all: string;
  readonly none: string;
  readonly label: string;
  readonly state: string;
  readonly created: string;
  readonly deadline: string;
  readonly previous: string;
  readonly next: string;
  readonly back: string;
  readonly documents: string;
  readonly signatories: string;
  readonly mobile: string;
  readonly missing: string;
  readonly save: string;
  readonly deposit: string;
  readonly draft: string;
  readonly draftLead: string;
  readonly publish: string;
  readonly remove: string;
  readonly removeConfirm: string;
  readonly cancel: string;
  readonly cancelLead: string;
  readonly cancelConfirm: string;
  readonly log: string;
  readonly when: string;
  readonly event: string;
  readonly detail: string;
  readonly account: string;
  readonly ibanLead: string;
  readonly paidOut: string;
}

export function textsFor(language: Language): Texts {
  return language === 'fr' ? FRENCH : ENGLISH;
}

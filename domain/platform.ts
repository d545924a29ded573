import type { Environment } from './contract/state.js';

/** The platform as the product sees it; `adapters/platform` speaks its wire, nothing else knows a wire name. */

/** What the platform stamps on deposited pages: only the sandbox does (CP10). */
export const STAMPS: Readonly<Record<Environment, readonly string[]>> = {
  sandbox: ['TEST'],
  production: [],
};

/** Whether what it stamps may be an image or a drawing: that could hide or say something where it counts. */
export const WATERMARKS: Readonly<Record<Environment, boolean>> = { sandbox: true, production: false };

/** A file to be sent, read when its turn comes. */
export interface NewFile {
  name: string;
  /** In bytes. */
  size: number;
  read: () => Promise<Uint8Array>;
}

export interface NewContract {
  label: string;
  language: 'fr' | 'en';
  deadline: string;
  documents: NewFile[];
  annexes: NewFile[];
  signatories: {
    firstName: string;
    lastName: string;
    email: string;
    mobile: string | null;
    deposit: { amount: number; currency: string } | null;
  }[];
  notify: { signatories: boolean; owner: boolean; message: string | null };
  submit: boolean;
}

export type PlatformStatus = 'draft' | 'submitted' | 'signed' | 'cancelled' | 'expired';

export interface CreatedContract {
  platformId: string;
  status: 'draft' | 'submitted';
  signatoryPlatformIds: string[];
}

export interface ListedContract {
  platformId: string;
  label: string;
  /** `unknown`: one that we have no name for. It says nothing of the contract. */
  status: PlatformStatus | 'unknown';
  createdAt: string;
  updatedAt: string;
}

export interface DetailedSignatory {
  platformId: string;
  firstName: string;
  lastName: string;
  email: string;
  mobile: string | null;
  status: 'pending' | 'signed' | 'blocked';
  signedAt: string | null;
  smsSent: number;
  attemptsLeft: number;
  depositPaidAt: string | null;
}

export interface PlatformLogEntry {
  at: string;
  event: string;
  signatoryPlatformId: string | null;
  detail: string | null;
}

export interface DetailedContract extends ListedContract {
  status: PlatformStatus;
  deadline: string;
  signedAt: string | null;
  signatories: DetailedSignatory[];
  /**
   * Main documents in the order sent. `signed` is null until the platform has sealed them, when they were not asked
   * for, and where `fault` says why they can't be read.
   */
  documents: { name: string; signed: Uint8Array | null; fault?: 'bad_base64' | 'too_large' | null }[];
  log: PlatformLogEntry[];
}

export interface SmsCount {
  signatoryPlatformId: string;
  smsSent: number;
  smsLeft: number;
}

/** The eight requests (CP2–CP9). Each throws `PlatformRefusal` or `PlatformUncertain`. */
export interface Platform {
  check(): Promise<{ environment: Environment; account: string }>;
  /** @param mayStillSend asked right before the end of the body leaves: without it nothing is created */
  create(contract: NewContract, mayStillSend: () => Promise<boolean>): Promise<CreatedContract>;
  list(filter: { from?: string; to?: string; statuses?: PlatformStatus[] }): Promise<ListedContract[]>;
  /** @param options.documents with the signed documents, which may be large; without when absent */
  detail(platformId: string, options?: { documents?: boolean }): Promise<DetailedContract>;
  cancel(platformId: string): Promise<void>;
  sendSms(platformId: string, signatoryPlatformId: string): Promise<SmsCount>;
  sendSmsToAll(platformId: string): Promise<SmsCount[]>;
  sign(platformId: string, signatoryPlatformId: string, code: string): Promise<{ allSigned: boolean }>;
}

/** Codes of the platform's refusals, in the product's words. */
export type RefusalCode =
  | 'invalid_request'
  | 'invalid_keys'
  | 'wrong_platform'
  | 'unknown_contract'
  | 'unknown_signatory'
  | 'not_cancellable'
  | 'already_signed'
  | 'not_published'
  | 'cancelled'
  | 'expired'
  | 'deposit_due'
  | 'wrong_code'
  | 'quota_exceeded'
  | 'sms_limit'
  | 'attempts_exceeded'
  | 'refused';

/** The platform answered and said no: nothing was done. */
export class PlatformRefusal extends Error {
  override readonly name = 'PlatformRefusal';
  constructor(
    readonly code: RefusalCode,
    readonly status: number,
    readonly detail: { attemptsLeft?: number; retryAfterMs?: number } = {},
  ) {
    super(`the platform refused: ${code}`);
  }
}

/** No answer that can be relied on. `sent: false` when the request certainly did not reach the platform. */
export class PlatformUncertain extends Error {
  override readonly name = 'PlatformUncertain';
  constructor(
    readonly code: 'timeout' | 'connection' | 'server_error' | 'bad_answer',
    readonly sent: boolean,
    readonly status: number | null = null,
  ) {
    super(`the platform gave no reliable answer: ${code}`);
  }
}

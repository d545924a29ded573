/** What the twin remembers: plain records, written whole to its journal at each change. */

export type Rules = 'sandbox' | 'production';
export type Language = 'fr' | 'en';
export type ContractStatus = 'draft' | 'submitted' | 'signed' | 'cancelled' | 'expired';
export type SignatoryStatus = 'pending' | 'signed' | 'blocked';

export type LogEvent =
  | 'created'
  | 'submitted'
  | 'notified'
  | 'sms_sent'
  | 'code_refused'
  | 'deposit_paid'
  | 'signed'
  | 'completed'
  | 'cancelled'
  | 'expired';

/** A depositor's account: one key pair, the rules that hold for it, who owns it. */
export interface Account {
  readonly user: string;
  key: string;
  rules: Rules;
  /** Requests in any sliding 24 hours; null for none. */
  quota: number | null;
  /** Resends after the first SMS; the sandbox counts but never refuses. */
  smsLimit: number;
  attemptLimit: number;
  ownerEmail: string | null;
  language: Language;
  /** Its keys belong to the other platform: each request is refused as `wrong_platform`. */
  otherPlatform: boolean;
  /** The secret in the links of the owner's mails. */
  readonly entry: string;
  /** Where deposits would be paid out; checked for its form only. */
  iban: string | null;
  readonly createdAt: string;
}

export interface StoredDocument {
  readonly name: string;
  /** SHA-256 of the deposited file, its name in the documents folder. */
  readonly digest: string;
  readonly size: number;
  /** SHA-256 of the signed file, once it exists. */
  sealed: string | null;
}

interface SmsRecord {
  readonly at: string;
  readonly mobile: string;
  readonly code: string;
  readonly by: Actor;
}

export interface Deposit {
  readonly amount: number;
  readonly currency: string;
  paidAt: string | null;
}

export interface Signatory {
  readonly id: string;
  /** The secret in the link of this signatory's mail. */
  readonly link: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  mobile: string | null;
  status: SignatoryStatus;
  signedAt: string | null;
  failures: number;
  sms: SmsRecord[];
  readonly deposit: Deposit | null;
}

interface LogEntry {
  readonly at: string;
  readonly event: LogEvent;
  readonly signatoryId?: string;
  readonly detail: string;
}

export interface Contract {
  readonly id: string;
  readonly apiUser: string;
  readonly label: string;
  readonly language: Language;
  readonly deadline: string;
  status: ContractStatus;
  readonly createdAt: string;
  updatedAt: string;
  signedAt: string | null;
  readonly notify: {
    readonly signatory: boolean;
    readonly owner: boolean;
    readonly submitMessage: string | null;
  };
  readonly signatories: Signatory[];
  readonly mainDocument: StoredDocument[];
  readonly annexes: StoredDocument[];
  readonly log: LogEntry[];
}

export type MailKind =
  | 'invitation'
  | 'draft_saved'
  | 'submitted'
  | 'signed_by'
  | 'blocked'
  | 'completed'
  | 'cancelled'
  | 'expired';

/** A mail to be sent or sent; its text is made from the contract when it leaves. */
export interface Mail {
  readonly id: string;
  readonly kind: MailKind;
  readonly to: 'signatory' | 'owner';
  readonly address: string;
  readonly contractId: string;
  /** The recipient, or the person the mail is about. */
  readonly signatoryId: string | null;
  readonly queuedAt: string;
  sentAt: string | null;
  attempts: number;
  lastError: string | null;
  /** The mail server refused it for good. */
  givenUp: boolean;
}

/** One request on the wire, with what was answered: what tests count. */
export interface RequestRecord {
  readonly n: number;
  readonly at: string;
  readonly request: string;
  readonly apiUser: string | null;
  readonly contractId: string | null;
  readonly signatoryId: string | null;
  /** The HTTP status of the answer, sent or lost; 0 when a fault broke the connection before any work. */
  readonly status: number;
  readonly code: string | null;
  /** Whether it counts against the quota. */
  readonly counted: boolean;
  /** The faults that touched it. */
  readonly faults: readonly string[];
}

export interface ClockState {
  readonly offsetMs: number;
  /** Epoch milliseconds at which the twin's time stands still, or null. */
  readonly frozenAt: number | null;
}

/** Who does something: a program on the wire, a person on the site, or the control interface. */
export type Actor = 'api' | 'site' | 'control';

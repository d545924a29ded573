/** One thing that a client asked, and what it was told; null while it waits. */
export interface Asked {
  do: 'sign' | 'wrongCode' | 'sms' | 'smsAll' | 'cancel';
  person: number | null;
  answer: string | null;
}

/** What we say of a contract. */
export interface Ours {
  status: string;
  reason: string | null;
  signed: boolean;
  signatories: Person[];
  told: Told[];
}

export interface Person {
  status: string;
  smsSent: number;
  failures: number;
  deposit: { amount: number; currency: string; paidAt: string | null } | null;
}

export interface Told {
  type: string;
  sequence: number;
  occurredAt: string;
  /** When we learned it. */
  observedAt: string;
  reason: string | null;
  /** Whom it is about. */
  person: number | null;
}

/** What the platform knows of it; `smsByApi`: those that we asked for. */
export interface There {
  status: string | null;
  signatories: (Person & { smsByApi: number; signedAt: string | null })[];
  /** Contracts that it has; drafts that were deleted are gone. */
  copies: number;
  publishedAt: string | null;
}

/** What the reference needs to know of the world. */
export interface Circumstances {
  people: number;
  deposits: number;
  deadline: number;
  createdAt: number;
  now: number;
  asked: Asked[];
  /** What the platform refused when we asked it for somebody. */
  refused: { person: number; code: string }[];
  /** Wrong codes that were tried on the site. */
  wrongOnSite: number[];
  /** The platform has answered for a time as if it did not know the contract. */
  forgotten: boolean;
  warningHours: number[];
  /** Nothing is under way, and a poll has just been heard. */
  quiet: boolean;
}

/** What must hold, and whether it does. */
export type Rule = [name: string, holds: boolean];

export type Verdict = 'TOTAL-PASSED' | 'INDETERMINATE' | 'TOTAL-FAILED';

const FORMAT = ['TOTAL-FAILED', 'FORMAT_FAILURE'] as const;
const HASH = ['TOTAL-FAILED', 'HASH_FAILURE'] as const;
const CRYPTO = ['TOTAL-FAILED', 'SIG_CRYPTO_FAILURE'] as const;
/** Our own constraints on the contract: no waiting cures them, so they fail (docs/decisions/0070). */
const CONTRACT = ['TOTAL-FAILED', 'SIG_CONSTRAINTS_FAILURE'] as const;
const CHAIN = ['INDETERMINATE', 'CHAIN_CONSTRAINTS_FAILURE'] as const;
const NO_CHAIN = ['INDETERMINATE', 'NO_CERTIFICATE_CHAIN_FOUND'] as const;
const WEAK = ['INDETERMINATE', 'CRYPTO_CONSTRAINTS_FAILURE'] as const;
const LATER = ['INDETERMINATE', 'TRY_LATER'] as const;
const GENERIC = ['INDETERMINATE', 'GENERIC'] as const;

/** Every reason a document can be refused for, with its indication of ETSI EN 319 102-1, tables 5 and 6. */
export const REASONS = {
  'not-a-pdf': FORMAT,
  encrypted: FORMAT,
  truncated: FORMAT,
  'trailing-data': FORMAT,
  'damaged-structure': FORMAT,
  'too-large': FORMAT,
  'too-complex': FORMAT,
  'no-signature': FORMAT,
  'signature-field': FORMAT,
  'signature-dictionary': FORMAT,
  'sub-filter': FORMAT,
  'byte-range': FORMAT,
  'byte-range-gap': FORMAT,
  'shared-signature': FORMAT,
  'cms-malformed': FORMAT,
  'digest-mismatch': HASH,
  'signature-invalid': CRYPTO,
  'signer-certificate-missing': ['INDETERMINATE', 'NO_SIGNING_CERTIFICATE_FOUND'],
  'ess-missing': FORMAT,
  'ess-mismatch': FORMAT,
  'weak-digest': WEAK,
  'weak-key': WEAK,
  'untrusted-signer': NO_CHAIN,
  'not-a-ca': CHAIN,
  'path-length': CHAIN,
  'key-usage': CHAIN,
  'critical-extension': CHAIN,
  'certificate-expired': ['TOTAL-FAILED', 'EXPIRED'],
  'certificate-expired-since': ['INDETERMINATE', 'OUT_OF_BOUNDS_NO_POE'],
  'certificate-not-yet-valid': ['TOTAL-FAILED', 'NOT_YET_VALID'],
  'certificate-revoked': ['TOTAL-FAILED', 'REVOKED'],
  'certificate-revoked-since': ['INDETERMINATE', 'REVOKED_NO_POE'],
  'certificate-on-hold': LATER,
  'ca-revoked': ['INDETERMINATE', 'REVOKED_CA_NO_POE'],
  'revocation-unavailable': LATER,
  'timestamp-missing': CONTRACT,
  'timestamp-malformed': FORMAT,
  'timestamp-imprint': HASH,
  'timestamp-invalid': CRYPTO,
  'timestamp-ess': FORMAT,
  'timestamp-untrusted': NO_CHAIN,
  'timestamp-chain': CHAIN,
  'timestamp-key-usage': CHAIN,
  'timestamp-expired': ['TOTAL-FAILED', 'EXPIRED'],
  'timestamp-expired-since': ['INDETERMINATE', 'OUT_OF_BOUNDS_NO_POE'],
  'timestamp-not-yet-valid': ['TOTAL-FAILED', 'NOT_YET_VALID'],
  'timestamp-revoked': ['TOTAL-FAILED', 'REVOKED'],
  'timestamp-in-future': ['INDETERMINATE', 'TIMESTAMP_ORDER_FAILURE'],
  'timestamp-order': ['INDETERMINATE', 'TIMESTAMP_ORDER_FAILURE'],
  'modified-catalog': FORMAT,
  'modified-page': FORMAT,
  'modified-annotations': FORMAT,
  'modified-form': FORMAT,
  'modified-object': FORMAT,
  'modification-forbidden': FORMAT,
  'unsigned-revision': FORMAT,
  'active-content': CONTRACT,
  'hidden-content': CONTRACT,
  'level-too-low': CONTRACT,
  'wrong-signature-count': CONTRACT,
  'wrong-signer': CONTRACT,
  'signed-too-early': CONTRACT,
  'original-unreadable': GENERIC,
  'page-missing': CONTRACT,
  'page-size': CONTRACT,
  'page-text': CONTRACT,
  'page-image': CONTRACT,
  'signatory-missing': CONTRACT,
  'text-missing': CONTRACT,
  'trail-incomplete': LATER,
  'trail-unreadable': GENERIC,
  'trail-in-future': ['INDETERMINATE', 'TIMESTAMP_ORDER_FAILURE'],
  'trail-ended': CONTRACT,
  'trail-order': CONTRACT,
  'trail-after-seal': CONTRACT,
  'trail-other-signatory': CONTRACT,
  'trail-signing-time': CONTRACT,
  'time-limit': GENERIC,
  'memory-limit': GENERIC,
  'internal-error': GENERIC,
} as const satisfies Record<string, readonly [Verdict, string]>;

export type ReasonCode = keyof typeof REASONS;

export interface Reason {
  readonly code: ReasonCode;
  /** One English sentence for a person; holds no personal data but what the document itself says. */
  readonly detail: string;
  /** The signature field it concerns, if one. */
  readonly field?: string;
  /** The page it concerns, counted from 1. */
  readonly page?: number;
}

/** A reason thrown where nothing can be said beyond it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly code: ReasonCode,
    readonly detail: string,
  ) {
    super(detail);
  }
}

/** Runs a check and gives its refusal as a reason; undefined when it passed. */
export function refusalOf(check: () => void): Reason | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code, detail: error.detail };
    throw error;
  }
}

/** The verdict that a set of reasons makes: the worst of them, never rounded up. */
export function verdictOf(reasons: readonly Reason[]): { verdict: Verdict; subIndications: string[] } {
  const found = reasons.map((reason) => REASONS[reason.code] as readonly [Verdict, string]);
  const failed = found.some(([verdict]) => verdict === 'TOTAL-FAILED');
  const verdict = failed ? 'TOTAL-FAILED' : found.length > 0 ? 'INDETERMINATE' : 'TOTAL-PASSED';
  return { verdict, subIndications: [...new Set(found.map(([, sub]) => sub))] };
}

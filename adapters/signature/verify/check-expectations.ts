import type { Reason } from './reason.js';
import { LEVELS, type Level, type SignatureReport } from './report.js';

export interface Expectations {
  /** Common names of the sealing certificates, all of which must have signed, and nobody else. */
  readonly expectedSigners?: readonly string[];
  /** How many signatures (document timestamps do not count). */
  readonly signatures?: number;
  readonly minimumLevel?: Level;
  /** The earliest time at which it can have been signed: when it was deposited. */
  readonly notBefore?: Date;
}

/** What the contract asks of the signatures beyond their being valid. */
export function checkExpectations(reports: readonly SignatureReport[], expected: Expectations): Reason[] {
  const own = reports.filter((report) => report.kind === 'signature');
  if (own.length === 0) return [];
  const reasons: Reason[] = [];
  if (expected.signatures !== undefined && own.length !== expected.signatures) {
    const detail = `The document bears ${own.length} signatures, not ${expected.signatures}.`;
    reasons.push({ code: 'wrong-signature-count', detail });
  }
  return [...reasons, ...checkSigners(own, expected), ...own.flatMap((report) => checkOne(report, expected))];
}

function checkSigners(own: readonly SignatureReport[], { expectedSigners }: Expectations): Reason[] {
  // Where a signature cannot be read, nobody can say who signed: its own reason tells enough.
  if (!expectedSigners?.length || own.some((report) => !report.signer)) return [];
  const names = new Set(own.map((report) => report.signer?.commonName));
  const missing = expectedSigners.filter((name) => !names.has(name));
  const others = [...names].filter((name) => name !== undefined && !expectedSigners.includes(name));
  return [
    ...missing.map((name) => ({ code: 'wrong-signer' as const, detail: `${name} did not sign.` })),
    ...others.map((name) => ({
      code: 'wrong-signer' as const,
      detail: `${name} signed, which is not expected.`,
    })),
  ];
}

function checkOne(report: SignatureReport, { minimumLevel, notBefore }: Expectations): Reason[] {
  const { field, level, time } = report;
  const reasons: Reason[] = [];
  if (minimumLevel && minimumLevel !== 'B-B' && !report.timestampAuthority) {
    reasons.push({ code: 'timestamp-missing', detail: `${field} bears no timestamp.`, field });
  } else if (minimumLevel && report.reasons.length === 0 && rank(level) < rank(minimumLevel)) {
    const detail = `${field} reaches ${level ?? 'no level'}, not ${minimumLevel}.`;
    reasons.push({ code: 'level-too-low', detail, field });
  }
  if (notBefore && time && Date.parse(time) < notBefore.getTime()) {
    const detail = `${field} was signed at ${time}, before the contract was deposited.`;
    reasons.push({ code: 'signed-too-early', detail, field });
  }
  return reasons;
}

const rank = (level: Level | null): number => (level ? LEVELS.indexOf(level) : -1);

/** The lowest level among the signatures; null where one reaches none. */
export function lowestLevel(reports: readonly SignatureReport[]): Level | null {
  const ranks = reports.filter((report) => report.kind === 'signature').map((report) => rank(report.level));
  return ranks.length > 0 ? (LEVELS[Math.min(...ranks)] ?? null) : null;
}

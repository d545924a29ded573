import type { Reason, ReasonCode } from './reason.js';

/** One entry of the platform's audit trail. */
export interface TrailEntry {
  /** ISO 8601, by the platform's clock. */
  readonly at: string;
  readonly event: string;
  readonly signatoryPlatformId: string | null;
}

/** The platform's audit trail of a contract, and who must be in it. */
export interface Trail {
  readonly entries: readonly TrailEntry[];
  /** In the order of the expected signatories' names; `signedAt` as the platform's detail has it. */
  readonly signatories: readonly { readonly platformId: string; readonly signedAt: string | null }[];
}

export interface TrailTimes {
  /** The latest proven time of the document's own signatures; null where none is proven. */
  readonly sealedAt: Date | null;
  /** Nobody can have signed earlier: when the contract was deposited. */
  readonly notBefore?: Date;
  readonly now: Date;
}

/** The platform's clock, the timestamp authority's and ours may differ by this much. */
export const TRAIL_SKEW_MS = 5 * 60_000;

/** What no longer happens once a document is sealed; mails and the end of the contract may be noted later. */
const BEFORE_THE_SEAL = new Set(['signed', 'code_refused', 'deposit_paid']);

interface Timed extends TrailEntry {
  readonly time: number;
}

/**
 * Whether the audit trail agrees with the document: everybody's signature is in it, nothing in it contradicts them
 * (docs/decisions/0079). What is missing or to come leaves it open; a contradiction fails.
 */
export function checkTrail(trail: Trail, times: TrailTimes): Reason[] {
  const entries = trail.entries.map((entry) => ({ ...entry, time: Date.parse(entry.at) }));
  if (entries.some(({ time }) => Number.isNaN(time)))
    return [reason('trail-unreadable', 'An entry of the audit trail has no readable time.')];
  return [
    ...checkEnd(entries),
    ...checkSignatures(trail, entries),
    ...checkOrder(entries, times),
    ...checkClocks(entries, times),
  ];
}

const reason = (code: ReasonCode, detail: string): Reason => ({ code, detail });
const ofKind = (entries: readonly Timed[], event: string): Timed[] =>
  entries.filter((entry) => entry.event === event);

function checkEnd(entries: readonly Timed[]): Reason[] {
  const [end] = entries.filter(({ event }) => event === 'cancelled' || event === 'expired');
  if (end === undefined) return [];
  return [reason('trail-ended', `The audit trail says that the contract was ${end.event} at ${end.at}.`)];
}

function checkSignatures({ signatories }: Trail, entries: readonly Timed[]): Reason[] {
  const signed = ofKind(entries, 'signed');
  const reasons = signatories.flatMap(({ platformId, signedAt }, index) => {
    const own = signed.filter((entry) => entry.signatoryPlatformId === platformId);
    const who = `signatory number ${index + 1}`;
    if (own.length === 0)
      return [reason('trail-incomplete', `The audit trail has no signature of ${who} yet.`)];
    const said = signedAt === null ? Number.NaN : Date.parse(signedAt);
    if (Number.isNaN(said) || own.some(({ time }) => Math.abs(time - said) <= TRAIL_SKEW_MS)) return [];
    return [
      reason(
        'trail-signing-time',
        `By the audit trail ${who} signed at ${own[0]?.at}, by the contract's detail at ${signedAt}.`,
      ),
    ];
  });
  const known = new Set(signatories.map(({ platformId }) => platformId));
  if (signed.some(({ signatoryPlatformId: id }) => id !== null && !known.has(id)))
    reasons.push(
      reason('trail-other-signatory', 'The audit trail has a signature of somebody who is no signatory.'),
    );
  return reasons;
}

/** One clock wrote the trail: in it nothing may come before what it needs. */
function checkOrder(entries: readonly Timed[], { notBefore }: TrailTimes): Reason[] {
  const fault = (detail: string): Reason[] => [reason('trail-order', detail)];
  const signed = ofKind(entries, 'signed');
  const first = Math.min(...signed.map(({ time }) => time));
  const last = Math.max(...signed.map(({ time }) => time));
  for (const event of ['created', 'submitted']) {
    const [begun] = ofKind(entries, event).toSorted((a, b) => a.time - b.time);
    if (begun !== undefined && first < begun.time)
      return fault(`The audit trail has a signature before the contract was ${event}.`);
  }
  if (notBefore !== undefined && first < notBefore.getTime())
    return fault('The audit trail has a signature before the contract was deposited.');
  if (signed.length > 0 && ofKind(entries, 'completed').some(({ time }) => time < last))
    return fault('The audit trail has a signature after the contract was completed.');
  return [];
}

function checkClocks(entries: readonly Timed[], { sealedAt, now }: TrailTimes): Reason[] {
  const reasons: Reason[] = [];
  const sealed = sealedAt === null ? Infinity : sealedAt.getTime() + TRAIL_SKEW_MS;
  const late = entries.find(({ event, time }) => BEFORE_THE_SEAL.has(event) && time > sealed);
  if (late !== undefined)
    reasons.push(
      reason(
        'trail-after-seal',
        `The audit trail has ${late.event} at ${late.at}, after the document was sealed.`,
      ),
    );
  const future = entries.find(({ time }) => time > now.getTime() + TRAIL_SKEW_MS);
  if (future !== undefined)
    reasons.push(reason('trail-in-future', `The audit trail names ${future.at}, which is to come.`));
  return reasons;
}

import type { Sighting } from '../domain/contract/facts-from-detail.js';
import { PlatformRefusal, PlatformUncertain, type DetailedContract } from '../domain/platform.js';
import type { Clock } from '../runtime/clock.js';
import type { Vault } from '../runtime/vault.js';
import type { Database } from '../store/database.js';
import { readPersonal } from '../store/personal.js';
import { isAnothers, keepPlatformLog, keepMobiles } from '../store/platform-findings.js';
import { creationMark } from './create-contract.js';
import { isInVain, tryAgain } from './failures.js';
import { withGrowingPauses } from './growing-pauses.js';
import type { Gate } from './platform-gate.js';

export interface LookDeps {
  db: Database;
  vault: Vault;
  gate: Gate;
  clock: Clock;
}

export interface ContractOnPlatform {
  contractId: string;
  platformId: string;
}

export interface LookInput extends ContractOnPlatform {
  /** Without an answer until then, RFC 3339, the contract goes on without it. */
  until?: string;
}

/**
 * What a look shows; null when the platform does not know the contract, or it is another one of ours, and where it
 * gave no answer.
 */
export type Look = { sighting: Sighting | null; unanswered?: true };

export function createLookActivities(deps: LookDeps): { look: (input: LookInput) => Promise<Look> } {
  return {
    look: withGrowingPauses(async (input) => {
      // An operator may name any id to adopt: another contract's record is never mixed into this one's.
      if (await isAnothers(deps.db, input)) return { sighting: null };
      const toAdopt = await isToAdopt(deps.db, input);
      const detail = await readDetail(deps, input, { toAdopt }).catch(unlessInVain(deps, input));
      if (detail === 'unanswered') return { sighting: null, unanswered: true };
      return { sighting: detail && toSighting(detail) };
    }),
  };
}

/** Tries again until it is in vain. */
export function unlessInVain(
  { clock }: Pick<LookDeps, 'clock'>,
  { until }: LookInput,
): (error: unknown) => 'unanswered' {
  return (error) => {
    if (until !== undefined && isInVain(error, Date.parse(until), clock.now().getTime())) return 'unanswered';
    throw error;
  };
}

/** What we have no id of yet is looked at because an operator named it. */
async function isToAdopt(db: Database, { contractId }: ContractOnPlatform): Promise<boolean> {
  const { platform_id } = await db
    .selectFrom('paraphe.contract')
    .select('platform_id')
    .where('id', '=', contractId)
    .executeTakeFirstOrThrow();
  return platform_id === null;
}

/** Made by us for this contract, or made by hand for the same people. */
async function isOurs(
  { db, vault }: LookDeps,
  contractId: string,
  { label, signatories }: DetailedContract,
): Promise<boolean> {
  if (label.endsWith(creationMark(contractId))) return true;
  const { signatories: ours } = await readPersonal(db, vault, contractId);
  const isSame = (email: string, index: number): boolean =>
    email.toLowerCase() === ours[index]?.email.toLowerCase();
  return signatories.length === ours.length && signatories.every(({ email }, index) => isSame(email, index));
}

/** The platform answered with something that is no detail: an error page, a text that breaks off. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer';
}

/**
 * Reads the contract's detail and keeps what belongs to our record: the audit trail, mobile numbers completed on the
 * site. @param documents whether the signed documents are wanted, which may be large
 * @param toAdopt whether it has to be shown that it is this contract, before anything of it is kept
 * @returns null when the platform does not know it
 * @throws UnreadableAnswer where documents are wanted, else that is tried again as any other fault
 */
export async function readDetail(
  deps: LookDeps,
  { contractId, platformId }: ContractOnPlatform,
  { documents = false, toAdopt = false } = {},
): Promise<DetailedContract | null> {
  const { db, vault, gate, clock } = deps;
  try {
    const detail = await gate({ operation: 'detail', contractId, intent: null }, (platform) =>
      platform.detail(platformId, { documents }),
    );
    if (toAdopt && !(await isOurs(deps, contractId, detail))) return null;
    await keepPlatformLog(db, vault, contractId, detail.log, clock.now());
    await keepMobiles(db, vault, contractId, detail.signatories);
    return detail;
  } catch (error) {
    if (error instanceof PlatformRefusal && error.code === 'unknown_contract') return null;
    if (documents && error instanceof PlatformUncertain && error.code === 'bad_answer')
      throw new UnreadableAnswer('the platform answered with something that is no detail');
    throw tryAgain(error, clock.now().getTime());
  }
}

/** The part of a detail that may pass through a workflow. */
export function toSighting(detail: DetailedContract): Sighting {
  const { status, updatedAt, signedAt } = detail;
  const signatories = detail.signatories.map((signatory) => ({
    platformId: signatory.platformId,
    status: signatory.status,
    signedAt: signatory.signedAt,
    smsSent: signatory.smsSent,
    attemptsLeft: signatory.attemptsLeft,
    depositPaidAt: signatory.depositPaidAt,
  }));
  return { status, updatedAt, signedAt, signatories };
}

import type { Sighting } from '../domain/contract/facts-from-detail.js';
import { PlatformRefusal, PlatformUncertain, type DetailedContract } from '../domain/platform.js';
import type { Clock } from '../runtime/clock.js';
import type { Vault } from '../runtime/vault.js';
import type { Database } from '../store/database.js';
import { keepPlatformLog, keepMobiles } from '../store/platform-findings.js';
import { tryAgain } from './failures.js';
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

/** What a look shows; null when the platform does not know the contract, or it is another one of ours. */
export type Look = { sighting: Sighting | null };

export function createLookActivities(deps: LookDeps): { look: (input: ContractOnPlatform) => Promise<Look> } {
  return {
    look: withGrowingPauses(async (input) => {
      // An operator may name any id to adopt: another contract's record is never mixed into this one's.
      if (await isAnothers(deps.db, input)) return { sighting: null };
      const detail = await readDetail(deps, input);
      return { sighting: detail && toSighting(detail) };
    }),
  };
}

async function isAnothers(db: Database, { contractId, platformId }: ContractOnPlatform): Promise<boolean> {
  const other = await db
    .selectFrom('paraphe.contract as other')
    .innerJoin('paraphe.contract as mine', 'mine.connection_id', 'other.connection_id')
    .select('other.id')
    .where('mine.id', '=', contractId)
    .where('other.platform_id', '=', platformId)
    .where('other.id', '!=', contractId)
    .executeTakeFirst();
  return other !== undefined;
}

/** The platform answered with something that is no detail: an error page, a text that breaks off. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer';
}

/**
 * Reads the contract's detail and keeps what belongs to our record: the audit trail, mobile numbers completed on the
 * site. @param documents whether the signed documents are wanted, which may be large
 * @returns null when the platform does not know it
 * @throws UnreadableAnswer where documents are wanted, else that is tried again as any other fault
 */
export async function readDetail(
  deps: LookDeps,
  { contractId, platformId }: ContractOnPlatform,
  { documents = false } = {},
): Promise<DetailedContract | null> {
  const { db, vault, gate, clock } = deps;
  try {
    const detail = await gate({ operation: 'detail', contractId, intent: null }, (platform) =>
      platform.detail(platformId, { documents }),
    );
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

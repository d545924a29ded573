import { createHash } from 'node:crypto';
import { PlatformRefusal, PlatformUncertain, type CreatedContract } from '../domain/platform.js';
import type { Clock } from '../runtime/clock.js';
import {
  earlierCalls,
  giveUpCalls,
  inVain,
  settleCalls,
  unanswered,
  type Deed,
  type EarlierCall,
} from '../store/platform-calls.js';
import { isAnothers } from '../store/platform-findings.js';
import { readContract, toNewContract, type ReaderDeps } from './contract-reader.js';
import { LONGEST_GRACE_MS, needsPerson, notYet, tryAgain } from './failures.js';
import { withGrowingPauses } from './growing-pauses.js';
import type { Gate } from './platform-gate.js';

export interface CreationDeps extends ReaderDeps {
  gate: Gate;
  clock: Clock;
  /**
   * How long after the end of a creation without an answer the platform's list is believed, in milliseconds. What was
   * sent to the end arrives and is carried out within that time.
   */
  graceMs: number;
}

export type Creation =
  | ({ kind: 'created'; at: string } & CreatedContract)
  | { kind: 'refused'; code: string }
  | { kind: 'uncertain' }
  | { kind: 'not_created' };

/** The platform's clock may be behind ours by this much when its list is asked from a time on. */
const CLOCK_MARGIN_MS = 600_000;

export function createCreationActivities(deps: CreationDeps): {
  createContract: (input: CreationInput) => Promise<Creation>;
  forgetCreation: (contractId: string) => Promise<void>;
} {
  return {
    createContract: withGrowingPauses(async (input) => {
      const creation = await createContract(deps, input);
      if (await isUsable(deps, input, creation)) return creation;
      return { kind: input.settleOnly ? 'not_created' : 'uncertain' };
    }),
    /** An operator has seen that no attempt was carried out: the next one may be made. */
    forgetCreation: (contractId) => settleCalls(deps.db, `create:${contractId}`),
  };
}

export interface CreationInput {
  contractId: string;
  /** Finds out about earlier attempts, creates nothing. */
  settleOnly: boolean;
  /** When this try began, RFC 3339: the hour of uncertainty counts from then on. */
  since: string;
}

/** An id that another contract of ours has can't be recorded: a person must look which of them it is. */
async function isUsable(
  { db }: CreationDeps,
  { contractId }: CreationInput,
  creation: Creation,
): Promise<boolean> {
  if (creation.kind !== 'created') return true;
  return !(await isAnothers(db, { contractId, platformId: creation.platformId }));
}

/**
 * Creates the contract on the platform exactly once (promise 2): an earlier attempt whose answer was lost is looked
 * for in the platform's list, by our mark at the end of its label, before anything is created.
 */
async function createContract(
  deps: CreationDeps,
  { contractId, settleOnly, since }: CreationInput,
): Promise<Creation> {
  const deed = { operation: 'create', contractId, intent: `create:${contractId}` } as const;
  try {
    const earlier = await attemptsBefore(deps, deed.intent);
    const known = knownOutcome(earlier);
    if (known !== null) return known;
    const settled = unanswered(earlier).length > 0 ? await settle(deps, contractId, earlier, since) : null;
    if (settled !== null) return settled;
    if (settleOnly) return { kind: 'not_created' };
    return await ask(deps, { ...deed, attempt: earlier.length }, contractId);
  } catch (error) {
    if (error instanceof PlatformUncertain && error.sent)
      throw notYet('CreationUncertain', await graceOf(deps, contractId));
    throw tryAgain(error, deps.clock.now().getTime());
  }
}

/** From here on none of them sends anything: one that stands still may be taken for dead, and wake up. */
async function attemptsBefore({ db, clock }: CreationDeps, intent: string): Promise<EarlierCall[]> {
  const earlier = await earlierCalls(db, intent);
  if (!earlier.some((call) => call.outcome === null)) return earlier;
  await giveUpCalls(db, intent, clock.now());
  return earlierCalls(db, intent);
}

async function ask(deps: CreationDeps, deed: Deed, contractId: string): Promise<Creation> {
  const contract = await readContract(deps, contractId);
  // It began late (Temporal was away), or waited too long: the platform would refuse it.
  if (deps.clock.now() >= new Date(contract.state.deadline)) return { kind: 'not_created' };
  const label = `${contract.personal.label} ${creationMark(contractId)}`;
  const request = toNewContract(deps, contract, label);
  const creation = (created: CreatedContract): Creation => ({
    kind: 'created',
    at: deps.clock.now().toISOString(),
    ...created,
  });
  try {
    return creation(
      await deps.gate(deed, (platform, isUnderWay) => platform.create(request, isUnderWay), creation),
    );
  } catch (error) {
    if (error instanceof PlatformRefusal && isFinal(error)) return { kind: 'refused', code: error.code };
    throw error;
  }
}

/** The end of every label that we create: by it a contract whose creation was not answered is recognised. */
export function creationMark(contractId: string): string {
  return `[${createHash('sha256').update(contractId).digest('hex').slice(0, 16)}]`;
}

/** Refusals without a code that we know are about the contract where HTTP says so; others are a gateway's. */
const ABOUT_THE_CONTRACT = [400, 409, 413, 422];

/** Keys, the quota and what a gateway says tell nothing about the contract. */
function isFinal({ code, status }: Pick<EarlierCall, 'code' | 'status'>): boolean {
  if (code === 'refused') return ABOUT_THE_CONTRACT.includes(status ?? 0);
  return code !== 'invalid_keys' && code !== 'wrong_platform' && code !== 'quota_exceeded';
}

function knownOutcome(earlier: EarlierCall[]): Creation | null {
  const done = earlier.find((call) => call.outcome === 'done' && call.answer !== null);
  if (done !== undefined) return done.answer as Creation;
  const refused = earlier.find((call) => call.outcome === 'refused' && isFinal(call));
  return refused === undefined ? null : { kind: 'refused', code: refused.code ?? 'refused' };
}

/** Looks whether an unanswered creation went through. @returns null when it did not: it may be created now */
async function settle(
  deps: CreationDeps,
  contractId: string,
  earlier: EarlierCall[],
  since: string,
): Promise<Creation | null> {
  const open = unanswered(earlier);
  const now = deps.clock.now().getTime();
  const last = Math.max(...open.map((call) => (call.answeredAt ?? call.at).getTime()));
  const grace = await graceOf(deps, contractId);
  if (now < last + grace) throw notYet('CreationUncertain', last + grace - now);
  try {
    const found = await findOnPlatform(deps, contractId);
    if (found === null) await settleCalls(deps.db, `create:${contractId}`, earlier.length);
    return found;
  } catch (error) {
    if (needsPerson(open, now, since)) return { kind: 'uncertain' };
    throw tryAgain(error, now);
  }
}

/** Grows with each creation that was not carried out: each costs two requests of the quota. */
async function graceOf({ db, graceMs }: CreationDeps, contractId: string): Promise<number> {
  const vain = inVain(await earlierCalls(db, `create:${contractId}`));
  return Math.min(LONGEST_GRACE_MS, graceMs * 2 ** vain);
}

async function findOnPlatform(deps: CreationDeps, contractId: string): Promise<Creation | null> {
  const { createdAt } = await readContract(deps, contractId);
  const from = new Date(createdAt.getTime() - CLOCK_MARGIN_MS).toISOString();
  const read = { contractId, intent: null };
  const listed = await deps.gate({ operation: 'list', ...read }, (platform) => platform.list({ from }));
  const found = listed.find((contract) => contract.label.endsWith(creationMark(contractId)));
  if (found === undefined) return null;
  const detail = await deps.gate({ operation: 'detail', ...read }, (platform) =>
    platform.detail(found.platformId),
  );
  const signatoryPlatformIds = detail.signatories.map((signatory) => signatory.platformId);
  const status = found.status === 'draft' ? 'draft' : 'submitted';
  return { kind: 'created', at: found.createdAt, platformId: found.platformId, status, signatoryPlatformIds };
}

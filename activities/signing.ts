import type { DetailedContract, Platform, SmsCount } from '../domain/platform.js';
import type { Vault } from '../runtime/vault.js';
import { doOnce, type DeedDeps, type Outcome } from './deed.js';

export interface SigningDeps extends DeedDeps {
  vault: Vault;
  /** Brings the watch's next look forward: where one has signed, others soon do. It may fail. */
  nudgeWatch?: () => Promise<unknown>;
}

/** Who is meant, with the platform's ids and the counts that we knew before. */
export interface KnownSignatory {
  id: string;
  platformId: string;
  smsSent: number;
  attemptsLeft: number;
}

export interface SmsInput {
  /** The same for every attempt at this deed. */
  deedId: string;
  contractId: string;
  platformId: string;
  signatories: KnownSignatory[];
}

export interface SignInput extends Omit<SmsInput, 'signatories'> {
  signatory: KnownSignatory;
  sealedCode: string;
}

type SmsOutcome = Outcome<{ counts: SmsCount[] }>;

export interface SigningActivities {
  sendSms: (input: SmsInput) => Promise<SmsOutcome>;
  sendSmsToAll: (input: SmsInput) => Promise<SmsOutcome>;
  sign: (input: SignInput) => Promise<Outcome<{ allSigned: boolean }>>;
}

/** The requests that a person waits for: codes and signatures (CP7–CP9). */
export function createSigningActivities(deps: SigningDeps): SigningActivities {
  return {
    async sendSms(input) {
      const [signatory] = input.signatories;
      if (signatory === undefined) throw new Error('an SMS needs somebody to go to');
      return sendCodes(deps, input, 'sms', async (platform) => [
        await platform.sendSms(input.platformId, signatory.platformId),
      ]);
    },
    sendSmsToAll: (input) =>
      sendCodes(deps, input, 'sms_all', (platform) => platform.sendSmsToAll(input.platformId)),
    sign: (input) => sign(deps, input),
  };
}

/** One code or many: they differ in what is asked of the platform only. */
function sendCodes(
  deps: SigningDeps,
  input: SmsInput,
  operation: 'sms' | 'sms_all',
  send: (platform: Platform) => Promise<SmsCount[]>,
): Promise<SmsOutcome> {
  const { contractId, deedId } = input;
  const deed = { operation, contractId, intent: `sms:${contractId}:${deedId}` } as const;
  return doOnce(deps, deed, {
    ask: (attempt) =>
      deps.gate(
        attempt,
        async (platform) => ({ counts: await send(platform) }),
        (answer) => answer,
      ),
    settle: () => settleSms(deps, input),
  });
}

/** A count that has grown shows that the SMS went out. */
async function settleSms(deps: SigningDeps, input: SmsInput): Promise<SmsOutcome | null> {
  const detail = await readDetail(deps, input);
  const counts = input.signatories.flatMap((known): SmsCount[] => {
    const seen = detail.signatories.find((signatory) => signatory.platformId === known.platformId);
    if (seen === undefined || seen.smsSent <= known.smsSent) return [];
    return [{ signatoryPlatformId: known.platformId, smsSent: seen.smsSent, smsLeft: 0 }];
  });
  return counts.length > 0 ? { kind: 'done', answer: { counts } } : null;
}

async function sign(deps: SigningDeps, input: SignInput): Promise<Outcome<{ allSigned: boolean }>> {
  const outcome = await signOnce(deps, input);
  if (outcome.kind === 'done' && !outcome.answer.allSigned) deps.nudgeWatch?.().catch(() => undefined);
  return outcome;
}

function signOnce(deps: SigningDeps, input: SignInput): Promise<Outcome<{ allSigned: boolean }>> {
  const { contractId, platformId, signatory } = input;
  const deed = { operation: 'sign', contractId, intent: `sign:${contractId}:${input.deedId}` } as const;
  return doOnce(deps, deed, {
    ask: (attempt) => {
      const sealed = Buffer.from(input.sealedCode, 'base64');
      const code = deps.vault.openFor('signing codes', sealed, `${contractId}:${signatory.id}`).toString();
      return deps.gate(
        attempt,
        (platform) => platform.sign(platformId, signatory.platformId, code),
        (answer) => answer,
      );
    },
    settle: () => settleSignature(deps, input),
  });
}

/** Signed: it succeeded; an attempt fewer: the code was wrong; unchanged: it never arrived. */
async function settleSignature(
  deps: SigningDeps,
  input: SignInput,
): Promise<Outcome<{ allSigned: boolean }> | null> {
  const detail = await readDetail(deps, input);
  const seen = detail.signatories.find((signatory) => signatory.platformId === input.signatory.platformId);
  if (seen?.status === 'signed') return { kind: 'done', answer: { allSigned: detail.status === 'signed' } };
  if (seen === undefined || seen.attemptsLeft >= input.signatory.attemptsLeft) return null;
  return { kind: 'refused', code: 'wrong_code', attemptsLeft: seen.attemptsLeft };
}

function readDetail(
  deps: SigningDeps,
  input: { contractId: string; platformId: string },
): Promise<DetailedContract> {
  const deed = {
    operation: 'detail',
    contractId: input.contractId,
    intent: null,
    interactive: true,
  } as const;
  return deps.gate(deed, (platform) => platform.detail(input.platformId));
}

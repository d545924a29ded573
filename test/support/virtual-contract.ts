import type { ContractState, ContractStatus, SignatoryState } from '../../domain/contract/state.js';
import { initialState } from '../../domain/contract/initial-state.js';
import type { AskedResolution } from '../../domain/contract/facts.js';
import { UPDATES, type CancelAnswer, type Signed, type SmsSent } from '../../domain/messages.js';
import { newId } from '../../runtime/ids.js';
import { acceptContract } from '../../store/accept.js';
import { sealDocument, sealPersonal } from '../../store/personal.js';
import { buildPdf, onePage } from './build-pdf.js';
import type { VirtualStack } from './virtual-stack.js';

export interface ContractChoices {
  people?: number;
  action?: 'submit' | 'save';
  /** Milliseconds from now. */
  deadlineIn?: number;
  language?: 'fr' | 'en';
  /** What the platform itself writes, and whether the owner is written to; neither when absent. */
  notify?: { signatories: boolean; owner: boolean };
  reference?: string;
  /** Who owes a deposit: all, or those whose place says so. */
  deposit?: boolean | boolean[];
}

const PDF = buildPdf(onePage());

/** A contract under test: what a client may ask, what the site does, what is told. */
export interface VirtualContract {
  id: string;
  state: () => Promise<ContractState>;
  /** Lets virtual time pass until it has one of these statuses. */
  reaches: (...statuses: ContractStatus[]) => Promise<void>;
  /** Types of its events, in order. */
  told: () => Promise<string[]>;
  events: () => Promise<EventBody[]>;
  sign: (index: number, code?: string, updateId?: string) => Promise<Signed>;
  sendSms: (index: number | null) => Promise<SmsSent>;
  cancel: () => Promise<CancelAnswer>;
  resolve: (resolution: AskedResolution) => Promise<CancelAnswer>;
  /** The twin's record of it, with codes. */
  there: () => Promise<TwinView>;
  /** What a person, or the depositor, does on the site. */
  onSite: (act: string, index?: number, body?: object) => Promise<number>;
}

export interface EventBody {
  type: string;
  sequence: number;
  occurredAt: string;
  observedAt: string;
  data: { actor: string; reason: string | null; contract: { status: string; previousStatus: string | null } };
}

export interface TwinView {
  contractId: string;
  status: string;
  signatories: {
    signatoryId: string;
    status: string;
    code: string | null;
    smsSent: number;
    failures: number;
    attemptsLeft: number;
  }[];
}

/** Accepts a contract as the api does, and starts its workflow. */
export async function acceptVirtual(
  stack: VirtualStack,
  choices: ContractChoices = {},
  start = true,
): Promise<VirtualContract> {
  const state = await storeContract(stack, choices);
  stack.expect(state.id);
  if (start) await stack.starts.startContract(state);
  return openContract(stack, state.id);
}

/** One that is published and waits for its signatures. */
export async function openVirtual(
  stack: VirtualStack,
  choices: ContractChoices = {},
): Promise<VirtualContract> {
  const contract = await acceptVirtual(stack, choices);
  await contract.reaches('open');
  return contract;
}

/** Stores an accepted contract as the api does. */
export async function storeContract(
  stack: Pick<VirtualStack, 'vault' | 'clientId' | 'connection' | 'pool'> & {
    clock: { read: () => Promise<Date> };
  },
  choices: ContractChoices,
): Promise<ContractState> {
  const { vault, clientId, connection, pool, clock } = stack;
  const now = await clock.read();
  const people = Array.from({ length: choices.people ?? 1 }, () => newId('sig'));
  const document = {
    id: newId('doc'),
    kind: 'main',
    size: PDF.length,
    sha256: 'a'.repeat(64),
    pages: 1,
  } as const;
  const owes = (index: number): boolean =>
    Array.isArray(choices.deposit) ? choices.deposit[index] === true : choices.deposit === true;
  const state = initialState(
    {
      id: newId('ctr'),
      clientId,
      connectionId: connection.id,
      environment: 'production',
      action: choices.action ?? 'submit',
      deadline: new Date(now.getTime() + (choices.deadlineIn ?? 10 * 86_400_000)).toISOString(),
      limits: connection.limits,
      signatories: people.map((id, index) => ({
        id,
        deposit: owes(index) ? { amount: 15_000, currency: 'EUR', paidAt: null } : null,
      })),
      documents: [document],
    },
    now.toISOString(),
  );
  const key = vault.newKey(state.id);
  const personal = sealPersonal(key.key, state.id, {
    label: 'Contrat d’essai',
    message: null,
    documents: [{ id: document.id, name: 'contrat.pdf' }],
    signatories: people.map((id, index) => ({
      id,
      firstName: `Prénom${index}`,
      lastName: `Nom${index}`,
      email: `s${index}@example.org`,
      mobile: '+33600000001',
    })),
  });
  await acceptContract(pool, {
    clientId,
    keyId: 'key_test',
    requestId: newId('req'),
    idempotency: null,
    state,
    reference: choices.reference ?? null,
    metadata: {},
    signatoryReferences: {},
    language: choices.language ?? 'fr',
    notify: choices.notify ?? { signatories: false, owner: false },
    wrappedKey: key.wrapped,
    personal,
    contents: [sealDocument(key.key, document.id, PDF)],
    event: { id: newId('evt'), body: JSON.stringify({ type: 'contract.accepted', sequence: 1 }) },
    now,
  });
  return state;
}

/** The handle of a contract that runs. */
export function openContract(stack: VirtualStack, id: string): VirtualContract {
  const { db, env, vault, twin } = stack;
  const handle = env.client.workflow.getHandle(id);
  const ask = async <T>(name: string, argument: object, updateId?: string): Promise<T> =>
    handle.executeUpdate<T, [object]>(name, {
      args: [argument],
      ...(updateId === undefined ? {} : { updateId }),
    });
  const state = async (): Promise<ContractState> =>
    (await db.selectFrom('paraphe.contract').select('state').where('id', '=', id).executeTakeFirstOrThrow())
      .state;
  const signatory = async (index: number): Promise<SignatoryState> => (await state()).signatories[index]!;
  const there = async (): Promise<TwinView> =>
    (await twin.control(`/contracts/${(await state()).platformId}`)).body as TwinView;
  return {
    id,
    state,
    there,
    async reaches(...statuses) {
      const isThere = async (): Promise<boolean> => statuses.includes((await state()).status);
      await stack.until(`${id} is ${statuses.join(' or ')}`, isThere).catch(async (error: Error) => {
        const { status } = await handle.describe();
        const { status: seen, statusReason } = await state();
        throw new Error(`${error.message}: it is ${seen} (${statusReason}), workflow ${status.name}`);
      });
    },
    async told() {
      return (await this.events()).map((event) => event.type);
    },
    async events() {
      const rows = await db
        .selectFrom('paraphe.event')
        .select('body')
        .where('contract_id', '=', id)
        .orderBy('sequence')
        .execute();
      return rows.map((row) => JSON.parse(row.body) as EventBody);
    },
    async sign(index, code, updateId) {
      const { id: signatoryId } = await signatory(index);
      const right = code ?? (await there()).signatories?.[index]?.code ?? 'none';
      const sealedCode = vault
        .sealFor('signing codes', Buffer.from(right), `${id}:${signatoryId}`)
        .toString('base64');
      return ask(UPDATES.sign, { signatoryId, sealedCode }, updateId);
    },
    sendSms: async (index) =>
      ask(UPDATES.sendSms, { signatoryId: index === null ? null : (await signatory(index)).id }),
    cancel: () => ask(UPDATES.cancel, { by: 'client' }),
    resolve: (resolution) => ask(UPDATES.resolve, { resolution }),
    async onSite(act, index, body = {}) {
      await stack.clock.read();
      const view = await there();
      const path =
        index === undefined
          ? `/contracts/${view.contractId}/${act}`
          : `/contracts/${view.contractId}/signatories/${view.signatories[index]?.signatoryId}/${act}`;
      return (await twin.control(path, body)).status;
    },
  };
}

/** The code with which an update was refused; fails when it was not. */
export async function refusalOf(asked: Promise<unknown>): Promise<string> {
  try {
    await asked;
  } catch (error) {
    const type = ((error as Error).cause as { type?: string } | undefined)?.type;
    if (type !== undefined) return type;
    throw error;
  }
  throw new Error('it was not refused');
}

/** How often the twin was asked for this, and what it answered. */
export async function askedOf(
  stack: VirtualStack,
  request: string,
  of: Record<string, string> = {},
): Promise<{ status: number; code: string | null; faults: string[] }[]> {
  const query = new URLSearchParams({ request, ...of }).toString();
  const { body } = await stack.twin.control(`/requests?${query}`);
  return body.requests;
}

import { initialState } from '../../domain/contract/initial-state.js';
import type { ContractState } from '../../domain/contract/state.js';
import { deadlineInstant } from '../../domain/deadline.js';
import { renderEvent } from '../../domain/event-body.js';
import { limitEvent } from '../../domain/field-limits.js';
import type { ContractPersonal } from '../../domain/personal.js';
import { memberProblem, Problem } from '../../domain/problem.js';
import type { Trigger } from '../../domain/schemas/trigger.js';
import { derivedId, newId } from '../../runtime/ids.js';
import { acceptContract, type AcceptOutcome } from '../../store/accept.js';
import { sealAnswer, type RequestKey } from '../../store/idempotency.js';
import { sealDocument, sealPersonal } from '../../store/personal.js';
import type { Caller } from '../authenticate.js';
import type { ApiDeps } from '../deps.js';
import { viewContract } from '../views/contract.js';
import { readDocuments, type FindUpload, type ReadDocument } from './read-documents.js';

export interface TriggerRequest {
  caller: Caller;
  requestId: string;
  trigger: Trigger;
  key: RequestKey;
  fingerprint: Buffer;
  findUpload: FindUpload;
  /** For one of many: its id and the date that was calculated for all of them. */
  planned?: Planned | undefined;
}

export interface Planned {
  id: string;
  /** Null: nothing is to be said. */
  publishBy: Date | null;
}

/** An accepted contract as it is answered. */
export interface Accepted {
  state: ContractState;
  body: string;
  headers: { Location: string };
}

export type Acceptance =
  { type: 'accepted'; accepted: Accepted } | Exclude<AcceptOutcome, { type: 'accepted' }>;

/**
 * Checks what a schema can't, and stores the contract in one transaction.
 * @throws Problem when the trigger can't be; then nothing is stored
 */
export async function acceptTrigger(request: TriggerRequest, deps: ApiDeps): Promise<Acceptance> {
  const { trigger, caller, key } = request;
  const now = deps.clock.now();
  const deadline = deadlineInstant(trigger.deadline, deps.connection.timeZone);
  if (deadline <= now) throw memberProblem('deadline_past', '/deadline');
  const documents = await readDocuments(trigger, request.findUpload);
  const prepared = prepare(request, documents, deadline, now, deps);
  const { state, personal, references } = prepared;
  const publishBy =
    request.planned === undefined ? await publishDate(state, deps) : request.planned.publishBy;
  if (publishBy !== null) refuseUnreachable(publishBy, deadline);
  const dataKey = deps.vault.newKey(state.id);
  const parts = {
    state,
    personal,
    reference: trigger.reference ?? null,
    metadata: trigger.metadata,
    signatoryReferences: references,
    askedReason: null,
    language: trigger.language,
  };
  const body = JSON.stringify(viewContract({ ...parts, publishBy }, caller.fields));
  const headers = { Location: `/v1/contracts/${state.id}` };
  const outcome = await acceptContract(deps.pool, {
    ...parts,
    clientId: caller.clientId,
    keyId: caller.keyId,
    requestId: request.requestId,
    idempotency: {
      path: key.path,
      key: key.key,
      fingerprint: request.fingerprint,
      answer: sealAnswer(deps.vault, dataKey.key, key, body),
      headers,
    },
    notify: trigger.notify,
    wrappedKey: dataKey.wrapped,
    personal: sealPersonal(dataKey.key, state.id, personal),
    contents: documents.map(({ content }, index) =>
      sealDocument(dataKey.key, state.documents[index]!.id, content),
    ),
    event: acceptedEvent(state, trigger, references, caller, now),
    now,
  });
  if (outcome.type !== 'accepted') return outcome;
  return { type: 'accepted', accepted: { state, body, headers } };
}

interface Prepared {
  state: ContractState;
  personal: ContractPersonal;
  references: Record<string, string>;
}

function prepare(
  { trigger, caller, planned }: TriggerRequest,
  documents: ReadDocument[],
  deadline: Date,
  now: Date,
  { connection }: ApiDeps,
): Prepared {
  const signatories = trigger.signatories.map((signatory) => ({ id: newId('sig'), ...signatory }));
  const files = documents.map((document) => ({ id: newId('doc'), ...document }));
  const state = initialState(
    {
      id: planned?.id ?? newId('ctr'),
      clientId: caller.clientId,
      connectionId: connection.id,
      environment: connection.environment,
      action: trigger.action,
      deadline: deadline.toISOString(),
      limits: connection.limits,
      signatories: signatories.map(({ id, deposit }) => ({
        id,
        deposit: deposit === undefined ? null : { ...deposit, paidAt: null },
      })),
      documents: files.map(({ id, kind, content, sha256, pages }) => ({
        id,
        kind,
        size: content.length,
        sha256,
        pages,
      })),
    },
    now.toISOString(),
  );
  const personal: ContractPersonal = {
    label: trigger.label,
    message: trigger.notify.message ?? null,
    documents: files.map(({ id, name }) => ({ id, name })),
    signatories: signatories.map(({ id, firstName, lastName, email, mobile }) => ({
      id,
      firstName,
      lastName,
      email,
      mobile: mobile ?? null,
    })),
  };
  const references = Object.fromEntries(
    signatories.flatMap(({ id, reference }) => (reference === undefined ? [] : [[id, reference]])),
  );
  return { state, personal, references };
}

async function publishDate({ id, deadline, createdAt }: ContractState, deps: ApiDeps): Promise<Date | null> {
  const asked = { id, deadline: new Date(deadline), createdAt: new Date(createdAt) };
  return (await deps.estimate([asked])).get(id) ?? null;
}

function refuseUnreachable(publishBy: Date, deadline: Date): void {
  if (publishBy < deadline) return;
  throw new Problem('deadline_unreachable', {
    errors: [{ pointer: '/deadline', detail: 'is before the quota allows to publish' }],
    extra: { publishBy: publishBy.toISOString() },
  });
}

function acceptedEvent(
  state: ContractState,
  trigger: Trigger,
  signatoryReferences: Record<string, string>,
  caller: Caller,
  now: Date,
): { id: string; body: string } {
  const id = derivedId('evt', now, state.id, 1);
  const at = now.toISOString();
  const draft = {
    type: 'contract.accepted',
    sequence: 1,
    occurredAt: at,
    actor: 'client',
    reason: null,
    signatoryId: null,
    status: 'accepted',
    previousStatus: null,
    signed: 0,
    documents: [],
  } as const;
  const words = {
    reference: trigger.reference ?? null,
    metadata: trigger.metadata,
    signatoryReferences,
    askedReason: null,
  };
  const body = renderEvent(id, state, { ...draft, documents: [] }, words, at);
  return { id, body: JSON.stringify(limitEvent(body, caller.fields)) };
}

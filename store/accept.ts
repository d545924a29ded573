import type pg from 'pg';
import type { ContractState } from '../domain/contract/state.js';
import { currentTraceparent } from '../runtime/telemetry/in-trace.js';
import type { KeptAnswer } from './idempotency.js';

/** A trigger, ready to be stored: everything personal is sealed already. */
export interface Acceptance {
  clientId: string;
  keyId: string;
  requestId: string;
  /** null where the request carries none (never for POST /v1/contracts). */
  idempotency: { path: string; key: string; fingerprint: Buffer; answer: Buffer; headers: object } | null;
  state: ContractState;
  reference: string | null;
  metadata: Record<string, string>;
  signatoryReferences: Record<string, string>;
  language: 'fr' | 'en';
  notify: { signatories: boolean; owner: boolean };
  wrappedKey: Buffer;
  personal: Buffer;
  /** Sealed contents in the order of `state.documents`. */
  contents: Buffer[];
  event: { id: string; body: string };
  now: Date;
}

export type AcceptOutcome =
  { type: 'accepted' } | { type: 'kept'; kept: KeptAnswer } | { type: 'reference_in_use' };

interface KeptRow {
  status: number;
  fingerprint: Buffer;
  sealed: Buffer;
  headers: Record<string, string> | null;
  contract_id: string | null;
}

const STATEMENT = `select * from paraphe.accept_contract(
  $1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,
  (select $25::text from set_config('paraphe.traceparent', $26, true)))`;

/**
 * Stores a trigger with its idempotency key, documents, first event, its deliveries and journal entry in one
 * transaction and one round trip (store/migrations/0002_accept.sql). All of it, or nothing.
 */
export async function acceptContract(pool: pg.Pool, acceptance: Acceptance): Promise<AcceptOutcome> {
  try {
    const { rows } = await pool.query<KeptRow>({
      name: 'accept_contract',
      text: STATEMENT,
      values: valuesOf(acceptance),
    });
    const [row] = rows;
    if (row === undefined) return { type: 'accepted' };
    const { status, fingerprint, sealed, headers, contract_id } = row;
    return {
      type: 'kept',
      kept: { status, fingerprint, sealed, headers: headers ?? {}, contractId: contract_id },
    };
  } catch (error) {
    if ((error as pg.DatabaseError).constraint === 'contract_reference_in_use')
      return { type: 'reference_in_use' };
    throw error;
  }
}

function valuesOf(acceptance: Acceptance): unknown[] {
  const { idempotency, state, notify, event } = acceptance;
  return [
    acceptance.clientId,
    idempotency?.path ?? null,
    idempotency?.key ?? null,
    idempotency?.fingerprint ?? null,
    idempotency?.answer ?? null,
    idempotency === null ? null : JSON.stringify(idempotency.headers),
    state.id,
    state.connectionId,
    acceptance.reference,
    JSON.stringify(acceptance.metadata),
    JSON.stringify(acceptance.signatoryReferences),
    state.deadline,
    JSON.stringify(state),
    acceptance.language,
    notify.signatories,
    notify.owner,
    state.createdAt,
    acceptance.wrappedKey,
    acceptance.personal,
    // One parameter for all contents: a Buffer goes over as it is, an array of them as hexadecimal text.
    acceptance.contents.length === 1 ? acceptance.contents[0] : Buffer.concat(acceptance.contents),
    acceptance.contents.map((content) => content.length),
    event.id,
    event.body,
    acceptance.keyId,
    acceptance.requestId,
    currentTraceparent() ?? '',
  ];
}

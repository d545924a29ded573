import type { Outcome } from '../contract/desk.js';
import type { RequestRecord } from '../model.js';
import { TwinError } from '../twin-error.js';
import { authenticate, createNumbers, envelopeOf, type Envelope } from './counter.js';
import type { Fault, Faults } from './faults.js';
import type { Quota } from './quota.js';
import { createRequests, type RequestName, type WireDeps } from './requests.js';
import { tamper } from './tamper.js';

/** What goes back to the caller; `null` in its place means that the connection breaks. */
export interface Reply {
  readonly status: number;
  readonly body: object;
  readonly retryAfter: number | null;
}

export interface ServeDeps extends WireDeps {
  readonly faults: Faults;
  readonly quota: Quota;
  /** Waits in the machine's time; ends early when the twin stops. */
  readonly pause: (ms: number) => Promise<void>;
}

/** Serves one request of the wire from its parsed body: keys, quota, faults, work, record. */
export type Serve = (name: string, body: Record<string, unknown>) => Promise<Reply | null>;

interface Visit {
  readonly envelope: Envelope;
  readonly ticket: { n: number; at: string };
  struck: Fault[];
  counted: boolean;
  recorded: boolean;
}

export function createServe(deps: ServeDeps): Serve {
  const requests = createRequests(deps);
  const next = createNumbers(deps.state, deps.clock);

  const record = (visit: Visit, outcome: Outcome<unknown> | null): { request: RequestRecord } => {
    visit.recorded = true;
    return { request: recordOf(visit, outcome) };
  };

  const work = async (visit: Visit, body: Record<string, unknown>): Promise<Reply | null> => {
    const account = authenticate(deps.state, body);
    visit.struck = deps.faults.strike(visit.envelope);
    refuseByFault(visit.struck);
    deps.quota.take(account);
    visit.counted = true;
    const handler = requests[visit.envelope.name as RequestName];
    if (!Object.hasOwn(requests, visit.envelope.name)) {
      throw new TwinError('invalid_request', { message: 'Requête inconnue.' });
    }
    const early = await before(visit.struck, deps.pause);
    if (early !== undefined) return early;
    const value = await handler(account, body, (outcome) => [record(visit, outcome)]);
    return after(visit.struck, tamper(value, visit.struck, deps.clock.now()), deps.pause);
  };

  return async (name, body) => {
    await deps.desk.sweep();
    const visit: Visit = {
      envelope: envelopeOf(name, body),
      ticket: next(),
      struck: [],
      counted: false,
      recorded: false,
    };
    try {
      const reply = await work(visit, body);
      if (!visit.recorded) await deps.state.commit([record(visit, null)]);
      return reply;
    } catch (error) {
      if (!(error instanceof TwinError)) throw error;
      if (!visit.recorded) await deps.state.commit([record(visit, { error })]);
      return after(visit.struck, error, deps.pause);
    }
  };
}

function refuseByFault(struck: readonly Fault[]): void {
  for (const fault of struck) {
    if (fault.kind === 'wrong_keys') throw new TwinError('invalid_keys');
    if (fault.kind === 'quota') {
      throw new TwinError('quota_exceeded', { retryAfter: Math.ceil((fault.ms ?? 60_000) / 1000) });
    }
  }
}

/** Faults that strike before the work; a reply, or null for a broken connection, ends the request there. */
async function before(
  struck: readonly Fault[],
  pause: ServeDeps['pause'],
): Promise<Reply | null | undefined> {
  for (const fault of struck) {
    if (fault.kind === 'delay' && fault.when !== 'after') await pause(fault.ms ?? 1000);
    if (fault.kind === 'break_connection') return null;
    if (fault.kind === 'status' && fault.when !== 'after') return failure(fault);
  }
  return undefined;
}

/** Faults that strike once the work is done, or refused. */
async function after(
  struck: readonly Fault[],
  outcome: object | TwinError,
  pause: ServeDeps['pause'],
): Promise<Reply | null> {
  for (const fault of struck) {
    if (fault.kind === 'delay' && fault.when === 'after') await pause(fault.ms ?? 1000);
    if (fault.kind === 'lose_reply') return null;
    if (fault.kind === 'status' && fault.when === 'after') return failure(fault);
  }
  if (!(outcome instanceof TwinError)) return { status: 200, body: outcome, retryAfter: null };
  return { status: outcome.status, body: outcome.body(), retryAfter: outcome.retryAfter };
}

function failure(fault: Fault): Reply {
  const status = fault.status ?? 503;
  return { status, body: { error: { code: 'fault', message: `fault ${fault.id}` } }, retryAfter: null };
}

function recordOf(visit: Visit, outcome: Outcome<unknown> | null): RequestRecord {
  const { envelope, ticket } = visit;
  const done = outcome !== null && 'value' in outcome ? (outcome.value as { contractId?: string }) : null;
  const error = outcome !== null && 'error' in outcome ? outcome.error : null;
  const created = envelope.name === 'contractCreateRequest' ? (done?.contractId ?? null) : null;
  return {
    ...ticket,
    request: envelope.name,
    apiUser: envelope.apiUser,
    contractId: envelope.contractId ?? created,
    signatoryId: envelope.signatoryId,
    status: outcome === null ? 0 : (error?.status ?? 200),
    code: error?.code ?? null,
    counted: visit.counted,
    faults: visit.struck.map((fault) => fault.kind),
  };
}

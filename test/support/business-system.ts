import { randomUUID } from 'node:crypto';
import { buildPdf, onePage } from './build-pdf.js';
import type { StackFile } from './stack.js';
import { waitFor } from './wait.js';

export interface Answer<T = Record<string, never>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface ContractView {
  readonly id: string;
  readonly status: string;
  readonly statusReason: string | null;
  readonly platformId: string | null;
  readonly signatories: readonly {
    readonly id: string;
    readonly status: string;
    readonly smsLeft: number;
    readonly smsSent: number;
    readonly attemptsLeft: number;
    readonly mobile: string | null;
  }[];
  readonly documents: readonly {
    readonly id: string;
    readonly sha256: string;
    readonly signed: { readonly sha256: string; readonly size: number; readonly verification: string } | null;
  }[];
}

/** A contract as it is answered, or the problem in its place: what the tests of api.md look at. */
export interface AnsweredContract {
  id: string;
  status: string;
  deadline: string;
  signatories: { id: string; mobile: string | null; status: string; deposit: object | null }[];
  documents: { id: string; kind: string; sha256: string; size: number; signed: { sha256: string } | null }[];
  metadata: Record<string, string>;
  platformId: string | null;
  code?: string;
  errors?: { pointer: string }[];
}

/** A business system as the product sees it: HTTP with a key, nothing else. */
export interface BusinessSystem {
  readonly call: <T>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Answer<T>>;
  /** Posts a trigger; the members given replace those of a plain one. */
  readonly trigger: (members?: Record<string, unknown>) => Promise<ContractView>;
  /** Waits until the contract has this status. */
  readonly until: (id: string, status: string, withinMs?: number) => Promise<ContractView>;
  readonly events: (id: string) => Promise<{ type: string; sequence: number; id: string }[]>;
}

export function businessSystem(target: Pick<StackFile, 'api' | 'key'>): BusinessSystem {
  const call = async <T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> => {
    const response = await fetch(`${target.api}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${target.key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = text !== '' && response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      headers: response.headers,
      body: (json ? JSON.parse(text) : text) as T,
    };
  };
  const read = async (id: string): Promise<ContractView> =>
    (await call<ContractView>('GET', `/v1/contracts/${id}`)).body;
  return {
    call,
    async trigger(members = {}) {
      const answer = await call<ContractView>('POST', '/v1/contracts', plainTrigger(members));
      if (answer.status !== 202) throw new Error(`Not accepted: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    until: (id, status, withinMs = 30_000) =>
      waitFor(async () => {
        const contract = await read(id);
        return contract.status === status && contract;
      }, withinMs),
    events: async (id) =>
      (
        await call<{ data: { type: string; sequence: number; id: string }[] }>(
          'GET',
          `/v1/contracts/${id}/events`,
        )
      ).body.data,
  };
}

const SCOPES = [
  'contracts:write',
  'contracts:read',
  'documents:read',
  'signatures:write',
  'webhooks:write',
  'webhooks:read',
  'events:read',
  'keys:write',
];

/** A client of its own, made by the operator: nothing that others do is seen in its lists. */
export async function newClient(
  target: StackFile,
  members: Record<string, unknown> = {},
): Promise<{ id: string; key: string; system: BusinessSystem }> {
  const wish = { name: 'Suite', contact: { email: 'suite@example.org' }, scopes: SCOPES, ...members };
  const operator = businessSystem({ ...target, key: target.adminKey });
  const { status, body } = await operator.call<{ id: string; key: string }>(
    'POST',
    '/v1/admin/clients',
    wish,
  );
  if (status !== 201) throw new Error(`No client: ${JSON.stringify(body)}`);
  return { ...body, system: businessSystem({ ...target, key: body.key }) };
}

/** A trigger with one document of one page and one signatory. */
export function plainTrigger(members: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    label: 'Avenant au contrat',
    deadline: new Date(Date.now() + 7 * 24 * 3_600_000).toISOString(),
    documents: [{ name: 'avenant.pdf', content: pdf() }],
    signatories: [person('camille')],
    ...members,
  };
}

/** A fictitious person. */
export function person(name: string): Record<string, unknown> {
  return {
    firstName: 'Camille',
    lastName: 'Martin',
    email: `${name}@example.org`,
    mobile: '+33 6 12 34 56 78',
  };
}

/** A PDF of one page, in base64. */
export function pdf(): string {
  return buildPdf(onePage()).toString('base64');
}

/** The twin's control interface: what people do on the platform's site, what it was asked, and its faults. */
export function platformSite({ twinControl }: Pick<StackFile, 'twinControl'>) {
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(`${twinControl}/control${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`The twin answers ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  const contract = (platformId: string) =>
    call<{ signatories: { id: string; code: string }[]; requests: Record<string, number> }>(
      'GET',
      `/contracts/${platformId}`,
    );
  return {
    call,
    contract,
    /** One signatory signs on the site, with the right code. */
    async sign(platformId: string, index: number): Promise<void> {
      const { signatories } = await contract(platformId);
      await call('POST', `/contracts/${platformId}/signatories/${signatories[index]!.id}/sign`, {});
    },
    requests: (query: string) => call<{ count: number }>('GET', `/requests?${query}`),
  };
}

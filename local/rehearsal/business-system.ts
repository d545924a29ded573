import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { LocalError } from '../project.js';
import { smallPdf } from '../stack/small-pdf.js';

export interface Answer<T = unknown> {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: T;
}

export interface ContractView {
  readonly id: string;
  readonly status: string;
  readonly statusReason: string | null;
  readonly platformId: string | null;
  readonly signatories: readonly { readonly id: string; readonly status: string }[];
}

export interface EventView {
  readonly id: string;
  readonly type: string;
  readonly sequence: number;
}

export interface TriggerWish {
  readonly label: string;
  readonly signatories: number;
  readonly action?: 'save';
  readonly deadline?: Date;
}

/** A client of the api: what a business system may do, over HTTP. */
export interface BusinessSystem {
  readonly call: <T>(method: string, path: string, body?: unknown, key?: string) => Promise<Answer<T>>;
  /** A trigger is repeated with the same idempotency key until it is accepted, as api.md asks of clients. */
  readonly trigger: (wish: TriggerWish) => Promise<string>;
  readonly contract: (id: string) => Promise<ContractView>;
  readonly events: (id: string) => Promise<EventView[]>;
  /** Answers to anything that were neither a success nor asked for, with their times. */
  readonly faults: readonly string[];
}

const content = smallPdf().toString('base64');
const TRIES = 20;

export function createBusinessSystem(api: string, key: string): BusinessSystem {
  const faults: string[] = [];
  const call: BusinessSystem['call'] = async <T>(
    method: string,
    path: string,
    body?: unknown,
    idempotencyKey: string = randomUUID(),
  ): Promise<Answer<T>> => {
    const response = await fetch(api + path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(method === 'GET'
          ? {}
          : { 'content-type': 'application/json', 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    }).catch((error: Error) => {
      throw new LocalError(`${method} ${path}: ${error.message}`);
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      body: (isJson ? JSON.parse(text) : text) as T,
    };
  };
  const read = async <T>(path: string): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      const answer = await call<T>('GET', path).catch((error: Error) => error);
      if (!(answer instanceof Error) && answer.status === 200) return answer.body;
      faults.push(`GET ${path}: ${answer instanceof Error ? answer.message : answer.status}`);
      if (tries === TRIES) throw new LocalError(`GET ${path} fails: ${faults.at(-1)}`);
      await pause(250);
    }
  };
  return {
    call,
    faults,
    async trigger(wish) {
      const body = triggerBody(wish);
      const once = randomUUID();
      for (let tries = 1; tries <= TRIES; tries += 1) {
        const answer = await call<{ id: string }>('POST', '/v1/contracts', body, once).catch(
          (error: Error) => error,
        );
        if (!(answer instanceof Error) && answer.status === 202) return answer.body.id;
        faults.push(
          `POST /v1/contracts: ${answer instanceof Error ? answer.message : `${answer.status} ${JSON.stringify(answer.body)}`}`,
        );
        await pause(250);
      }
      throw new LocalError(`A trigger is not accepted: ${faults.at(-1)}`);
    },
    contract: (id) => read<ContractView>(`/v1/contracts/${id}`),
    events: async (id) => (await read<{ data: EventView[] }>(`/v1/contracts/${id}/events?limit=100`)).data,
  };
}

export function triggerBody({ label, signatories, action, deadline }: TriggerWish): object {
  const isDraft = action === 'save';
  return {
    label,
    deadline: (deadline ?? new Date(Date.now() + 30 * 24 * 3_600_000)).toISOString(),
    documents: [{ name: 'avenant.pdf', content }],
    signatories: Array.from({ length: signatories }, (_, index) => ({
      firstName: 'Camille',
      lastName: `Martin ${index + 1}`,
      email: `camille.${index + 1}@example.org`,
      // A draft waits for its number, which somebody gives on the platform's site.
      ...(isDraft ? {} : { mobile: '+33 6 12 34 56 78' }),
    })),
    ...(isDraft ? { action } : {}),
  };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrustedSealer } from '../../local/twin/sealer.js';
import { createTwin, type Twin, type TwinOptions } from '../../local/twin/twin.js';
import { buildPdf, onePage } from './build-pdf.js';

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  // The tests read what the wire says, member by member.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

export interface TestTwin extends Twin {
  readonly home: string;
  /** Asks on the wire, with the first account's keys unless the body brings its own. */
  call(request: string, body?: object): Promise<Answer>;
  /** Asks the control interface; a body makes it a POST. */
  control(path: string, body?: object, method?: string): Promise<Answer>;
}

export const USER = 'twin-user';
export const KEY = 'twin-key';

/** A seal that takes no time: for tests that are not about the signed file. */
export const plainSealer = (): Promise<TrustedSealer> =>
  Promise.resolve({
    signerTrustPem: 'signer',
    tsaTrustPem: 'tsa',
    seal: (input) => Promise.resolve(Buffer.concat([input.document, Buffer.from('\n% sealed')])),
  });

/** Starts a twin in this process, in a new folder unless told. */
export async function startTwin(options: Partial<TwinOptions> = {}): Promise<TestTwin> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'paraphe-twin-')));
  const account = { user: USER, key: KEY, ...options.account };
  const twin = await createTwin({ createSealer: plainSealer, ...options, home, account });
  return {
    ...twin,
    home,
    call: (request, body = {}) =>
      ask(`${twin.url}/api/${request}`, 'POST', { apiUser: USER, apiKey: KEY, ...body }),
    control: (path, body, method) =>
      ask(`${twin.controlUrl}/control${path}`, method ?? (body === undefined ? 'GET' : 'POST'), body),
  };
}

export function removeHome(home: string): Promise<void> {
  return rm(home, { recursive: true, force: true });
}

async function ask(url: string, method: string, body?: object): Promise<Answer> {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  const response = await fetch(url, { method, headers, ...init });
  const text = await response.text();
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: text === '' ? null : JSON.parse(text),
  };
}

export const PDF = buildPdf(onePage());

export interface OrderChoices {
  readonly label?: string;
  readonly language?: string;
  readonly deadline?: string;
  readonly people?: number;
  readonly submit?: boolean;
  readonly deposit?: object;
  readonly notify?: object;
  readonly mobile?: string | null;
}

/** A create request that the twin takes; fictitious persons. */
export function order(choices: OrderChoices = {}): Record<string, unknown> {
  const mobile = choices.mobile === undefined ? '+33600000001' : choices.mobile;
  const people = Array.from({ length: choices.people ?? 1 }, (_none, index) => ({
    firstName: `Prénom${index + 1}`,
    lastName: `Nom${index + 1}`,
    email: `signataire${index + 1}@example.org`,
    ...(mobile === null ? {} : { mobile }),
    ...(choices.deposit === undefined ? {} : { deposit: choices.deposit }),
  }));
  return {
    contract: {
      label: choices.label ?? 'Contrat d’essai',
      language: choices.language ?? 'fr',
      deadline: choices.deadline ?? new Date(Date.now() + 7 * 86_400_000).toISOString(),
    },
    mainDocument: [{ name: 'contrat.pdf', data: PDF.toString('base64') }],
    signatories: people,
    ...(choices.notify === undefined ? {} : { notify: choices.notify }),
    action: { submit: choices.submit ?? true },
  };
}

/** Creates a contract and returns its ids. */
export async function create(
  twin: TestTwin,
  choices: OrderChoices = {},
): Promise<{ id: string; people: string[] }> {
  const { status, body } = await twin.call('contractCreateRequest', order(choices));
  if (status !== 200) throw new Error(`create answered ${status}: ${JSON.stringify(body)}`);
  return {
    id: body.contractId,
    people: body.signatories.map((one: { signatoryId: string }) => one.signatoryId),
  };
}

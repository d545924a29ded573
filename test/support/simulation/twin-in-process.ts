import { platformOver } from '../../../adapters/platform/client.js';
import { readAnswer, refusalOf } from '../../../adapters/platform/transport.js';
import type { Platform } from '../../../domain/platform.js';
import { openAccount } from '../../../local/twin/accounts.js';
import { createClock } from '../../../local/twin/clock.js';
import { createDesk, type Desk } from '../../../local/twin/contract/desk.js';
import type { Account } from '../../../local/twin/model.js';
import type { Documents } from '../../../local/twin/record/documents.js';
import { createMemory } from '../../../local/twin/record/memory.js';
import type { State } from '../../../local/twin/record/state.js';
import { createSealQueue } from '../../../local/twin/seal-queue.js';
import { digestOf } from '../../../local/twin/secret.js';
import { createFaults } from '../../../local/twin/wire/faults.js';
import { createQuota } from '../../../local/twin/wire/quota.js';
import { createServe, type Serve } from '../../../local/twin/wire/serve.js';

export interface ProcessTwinOptions {
  user: string;
  now: () => number;
  limits: { sms: number; attempts: number };
  /** Makes the signed file of a document, in its own time. */
  seal: (document: Uint8Array) => Promise<Uint8Array>;
}

/** The twin without its doors and its disk: what it decides is the same. */
export interface ProcessTwin {
  readonly account: Account;
  readonly state: State;
  readonly desk: Desk;
  /** Our adapter, handing its requests straight to the twin. */
  readonly platform: Platform;
}

const KEY = 'twin-key';
/** How long after its deadline a contract expires there. */
const EXPIRY_DELAY_MS = 30 * 60_000;

export function createProcessTwin({ user, now, limits, seal }: ProcessTwinOptions): ProcessTwin {
  const state = createState();
  const clock = createClock(now);
  const documents = createDocuments();
  const order = { user, key: KEY, rules: 'production', quota: null } as const;
  const account = openAccount(
    user,
    { ...order, smsLimit: limits.sms, attemptLimit: limits.attempts },
    clock.iso(),
    undefined,
  );
  void state.commit([{ account }]);
  const sealer = { seal: (input: { document: Uint8Array }) => seal(input.document) };
  const report = (line: string): never => {
    throw new Error(line);
  };
  const seals = createSealQueue({ state, clock, documents, sealer, report });
  const desk = createDesk({
    state,
    clock,
    expiryDelayMs: EXPIRY_DELAY_MS,
    committed: ({ touched }) => {
      for (const { id, status } of touched.values()) if (status === 'signed') seals.add(id);
    },
  });
  const serve = createServe({
    state,
    clock,
    desk,
    documents,
    faults: createFaults(),
    quota: createQuota(clock, []),
    pause: () => Promise.resolve(),
  });
  return { account, state, desk, platform: platformOf(serve, user) };
}

function platformOf(serve: Serve, user: string): Platform {
  const keys = { apiUser: user, apiKey: KEY };
  const post = async (request: string, body: string): Promise<unknown> => {
    const reply = (await serve(request, JSON.parse(body) as Record<string, unknown>))!;
    if (reply.status !== 200) throw refusalOf({ status: reply.status, data: reply.body, headers: {} });
    return JSON.parse(JSON.stringify(reply.body));
  };
  const send = (request: string, body: object): Promise<unknown> =>
    post(request, JSON.stringify({ ...keys, ...body }));
  return platformOver(
    {
      send: async (request, body, answer) => readAnswer(await send(request, body), answer),
      upload: async (request, build, answer) => {
        const pieces = (await build(keys).stream.toArray()) as (Buffer | string)[];
        const body = Buffer.concat(pieces.map((piece) => Buffer.from(piece))).toString();
        return readAnswer(await post(request, body), answer);
      },
      sendForFiles: async (request, body) => ({ data: await send(request, body), fileOf: () => undefined }),
    },
    Infinity,
  );
}

function createState(): State {
  const memory = createMemory();
  return {
    ...memory,
    commit: (changes) => Promise.resolve(memory.apply(changes)),
    settled: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

function createDocuments(): Documents {
  const stored = new Map<string, Buffer>();
  return {
    put(bytes) {
      const digest = digestOf(bytes);
      stored.set(digest, Buffer.from(bytes));
      return Promise.resolve(digest);
    },
    get: (digest) => Promise.resolve(stored.get(digest)!),
  };
}

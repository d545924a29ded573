import { setMaxListeners } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { createClock, type Clock } from './clock.js';
import { createDesk, type Desk } from './contract/desk.js';
import { createOutbox } from './mails/outbox.js';
import { createDocuments, type Documents } from './record/documents.js';
import { openState, type State } from './record/state.js';
import { createSealQueue, type SealQueue } from './seal-queue.js';
import type { SealerOptions, TrustedSealer } from './sealer.js';
import { newSecret } from './secret.js';
import { createFaults, type Faults } from './wire/faults.js';
import { createQuota, type Quota } from './wire/quota.js';

/** Everything of the twin but its doors. */
export interface Core {
  readonly state: State;
  readonly clock: Clock;
  readonly desk: Desk;
  readonly documents: Documents;
  readonly faults: Faults;
  readonly quota: Quota;
  readonly seals: SealQueue;
  readonly trust: { readonly signerTrustPem: string; readonly tsaTrustPem: string };
  /** The key of cookies and form tokens. */
  readonly secret: string;
  /** Waits in the machine's time, or until the twin stops. */
  pause(ms: number): Promise<void>;
  /** Begins what goes on by itself, once the doors are open. */
  start(): void;
  /** Takes a line about what goes wrong behind a request. */
  readonly report: (line: string) => void;
  close(): Promise<void>;
}

export interface CoreOptions {
  readonly home: string;
  readonly smtpUrl: string | null;
  readonly expiryDelayMs: number;
  readonly baseTime?: (() => number) | undefined;
  readonly createSealer: (options: SealerOptions) => Promise<TrustedSealer>;
  /** Known once the site listens. */
  readonly siteUrl: () => string;
  readonly report: (line: string) => void;
}

/** How often deadlines are looked at while nobody asks for anything. */
const SWEEP_MS = 5_000;

export async function openCore(options: CoreOptions): Promise<Core> {
  await mkdir(options.home, { recursive: true, mode: 0o700 });
  const clock = createClock(options.baseTime);
  const state = await openState(join(options.home, 'journal.jsonl'));
  clock.restore(state.clock() ?? clock.state());
  const secret = state.secret() ?? newSecret();
  await state.commit([{ secret }]);
  const documents = await createDocuments(join(options.home, 'documents'));
  const sealer = await options.createSealer({
    home: join(options.home, 'seal'),
    now: () => new Date(clock.now()),
  });
  const seals = createSealQueue({ state, clock, documents, sealer, report: options.report });
  const outbox = createOutbox({
    state,
    clock,
    smtpUrl: options.smtpUrl,
    siteUrl: options.siteUrl,
    from: FROM,
  });
  const desk = createDesk({
    state,
    clock,
    expiryDelayMs: options.expiryDelayMs,
    committed: (turn) => {
      outbox.add(turn.mails);
      for (const contract of turn.touched.values()) if (contract.status === 'signed') seals.add(contract.id);
    },
  });
  const quota = createQuota(clock, state.requests());
  const stop = new AbortController();
  // Each reply that is delayed waits for it.
  setMaxListeners(0, stop.signal);
  const sweeping = setInterval(() => {
    desk.sweep().catch((error: unknown) => {
      options.report(`expiry failed: ${String(error)}`);
    });
  }, SWEEP_MS);
  return {
    state,
    clock,
    desk,
    documents,
    faults: createFaults(),
    quota,
    seals,
    trust: { signerTrustPem: sealer.signerTrustPem, tsaTrustPem: sealer.tsaTrustPem },
    secret,
    pause: (ms) => pause(ms, stop.signal),
    report: options.report,
    start: () => {
      outbox.start();
    },
    close: async () => {
      clearInterval(sweeping);
      stop.abort();
      await Promise.all([seals.close(), outbox.close()]);
      await state.close();
    },
  };
}

const FROM = '"Contrat-Privé (bac à sable / twin)" <ne-pas-repondre@contrat-prive.example.org>';

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    stop.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

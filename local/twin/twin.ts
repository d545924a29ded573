import type { RequestListener } from 'node:http';
import { join } from 'node:path';

import express from 'express';

import { openAccount, type AccountOrder } from './accounts.js';
import { createControlApp } from './control/app.js';
import { openCore, type Core } from './core.js';
import { listen, type Listening } from './listen.js';
import type { Rules } from './model.js';
import { createSealer } from './seal/sealer.js';
import { createTsaHandler, type TsaOptions } from './seal/tsa.js';
import type { SealerOptions, TrustedSealer } from './sealer.js';
import { createSiteRouter } from './site/router.js';
import { createServe } from './wire/serve.js';
import { createWireRouter } from './wire/router.js';

export interface TwinOptions {
  /** Folder of the state; made when missing. */
  readonly home: string;
  /** 0, the default, finds a free port. */
  readonly port?: number;
  readonly controlPort?: number;
  /** 127.0.0.1 unless told. */
  readonly host?: string;
  readonly controlHost?: string;
  /** What mails and the control interface call the site, when it is reached under another address. */
  readonly publicUrl?: string;
  /** Rules of the first account. */
  readonly rules?: Rules;
  readonly smtpUrl?: string;
  /** The first account, opened or changed at each start. */
  readonly account?: AccountOrder & { readonly user: string; readonly key: string };
  /** How long after its deadline a contract expires; half an hour unless told. */
  readonly expiryDelayMs?: number;
  /** The time underneath the twin's clock, in epoch milliseconds: for simulations. */
  readonly baseTime?: () => number;
  /** Another seal than the twin's own: for tests that sign thousands. */
  readonly createSealer?: (options: SealerOptions) => Promise<TrustedSealer>;
  /** Gets a line for what goes wrong behind a request; stderr unless told. */
  readonly report?: (line: string) => void;
}

export interface Twin {
  /** Base of the wire: `POST {url}/api/{requestName}`. */
  readonly url: string;
  readonly controlUrl: string;
  readonly siteUrl: string;
  close(): Promise<void>;
}

const EXPIRY_DELAY_MS = 30 * 60_000;

/** Starts a twin of the platform. Rejects when a port is taken or its folder can't be used. */
export async function createTwin(options: TwinOptions): Promise<Twin> {
  let siteUrl = options.publicUrl ?? '';
  const core = await openCore({
    home: options.home,
    smtpUrl: options.smtpUrl ?? null,
    expiryDelayMs: options.expiryDelayMs ?? EXPIRY_DELAY_MS,
    baseTime: options.baseTime,
    createSealer: options.createSealer ?? createSealer,
    siteUrl: () => siteUrl,
    report: options.report ?? ((line) => process.stderr.write(`${line}\n`)),
  });
  const doors: Listening[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(doors.map((door) => door.close()));
    await core.close();
  };
  try {
    await openFirstAccount(core, options);
    const host = options.host ?? '127.0.0.1';
    const front = await listen(
      createFront(core, () => siteUrl, join(options.home, 'seal')),
      host,
      options.port ?? 0,
    );
    doors.push(front);
    const url = urlOf(host, front);
    if (siteUrl === '') siteUrl = url;
    const controlHost = options.controlHost ?? '127.0.0.1';
    const control = createControlApp(core, () => siteUrl);
    doors.push(await listen(control, controlHost, options.controlPort ?? 0));
    core.start();
    return { url, siteUrl, controlUrl: urlOf(controlHost, doors.at(-1)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function urlOf(host: string, door: Listening | undefined): string {
  return `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${door?.port ?? 0}`;
}

function createFront(core: Core, siteUrl: () => string, sealHome: string): express.Express {
  const app = express();
  app.disable('x-powered-by');
  app.use('/api', createWireRouter(createServe(core), core.report));
  app.use('/tsa', lazyTsa({ home: sealHome, now: () => new Date(core.clock.now()) }));
  app.use(createSiteRouter(core, siteUrl));
  return app;
}

/** The timestamp authority of the seal, for others too; its keys are made or read when it is asked first. */
function lazyTsa(options: TsaOptions): RequestListener {
  let handler: Promise<RequestListener> | null = null;
  return (request, response) => {
    handler ??= createTsaHandler(options);
    void handler.then(
      (answer) => answer(request, response),
      () => response.writeHead(500).end(),
    );
  };
}

async function openFirstAccount(core: Core, { account, rules }: TwinOptions): Promise<void> {
  if (account === undefined) return;
  const before = core.state.accounts.get(account.user);
  const order = { ...account, rules: account.rules ?? rules };
  await core.state.commit([{ account: openAccount(account.user, order, core.clock.iso(), before) }]);
}

import express, { type ErrorRequestHandler, type Express } from 'express';
import { z } from 'zod';

import type { Core } from '../core.js';
import { TwinError } from '../twin-error.js';
import { accountRoutes } from './accounts.js';
import { contractRoutes } from './contracts.js';
import { faultRoutes } from './faults.js';
import { personRoutes } from './persons.js';
import { requestRoutes } from './requests.js';
import { timeRoutes } from './time.js';

/** The inspection and fault interface, on a port of its own: nothing of it can be reached from the wire's address. */
export function createControlApp(core: Core, siteUrl: () => string): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json({ limit: '10mb', type: () => true }));
  app.get('/control/health', (_request, response) => {
    response.json({ ok: true, now: core.clock.iso(), site: siteUrl(), sealing: core.seals.waiting().length });
  });
  app.get('/control/trust', (_request, response) => {
    response.json(core.trust);
  });
  app.get('/control/mails', (request, response) => {
    const of = request.query['contractId'];
    const mails = [...core.state.mails.values()];
    response.json({ mails: of === undefined ? mails : mails.filter((mail) => mail.contractId === of) });
  });
  app.use('/control/accounts', accountRoutes(core));
  app.use('/control/contracts', contractRoutes(core, siteUrl));
  app.use('/control/contracts/:contractId/signatories/:signatoryId', personRoutes(core));
  app.use('/control/requests', requestRoutes(core));
  app.use('/control/time', timeRoutes(core));
  app.use('/control/faults', faultRoutes(core));
  app.use((_request, response) => {
    response.status(404).json({ error: { code: 'unknown_path', message: 'See docs/guides/sandbox.md.' } });
  });
  app.use(answerError);
  return app;
}

const answerError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const { status, body } = answerFor(error);
  response.status(status).json(body);
};

function answerFor(error: unknown): { status: number; body: object } {
  if (error instanceof TwinError) return { status: error.status, body: error.body() };
  if (error instanceof z.ZodError) return invalid(z.prettifyError(error));
  if (error instanceof RangeError || error instanceof SyntaxError) return invalid(error.message);
  const message = error instanceof Error ? error.message : 'unknown error';
  return { status: 500, body: { error: { code: 'internal', message } } };
}

function invalid(message: string): { status: number; body: object } {
  return { status: 400, body: { error: { code: 'invalid_request', message } } };
}

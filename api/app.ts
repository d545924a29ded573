import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import { Problem } from '../domain/problem.js';
import { newId } from '../runtime/ids.js';
import { isTraced } from '../runtime/telemetry/in-trace.js';
import { count } from '../runtime/telemetry/instruments.js';
import { createClientAddress } from './client-address.js';
import { createAuthenticator, type Authenticator } from './authenticate.js';
import type { ApiDeps } from './deps.js';
import { endUnread } from './end-unread.js';
import { mountDocs } from './docs/mount-docs.js';
import { createHeldAnswers } from './held-answers.js';
import { mountHealth } from './health.js';
import { mount } from './mount.js';
import { refuseOtherMethods } from './other-methods.js';
import { renderProblem } from './problem-body.js';
import { mountWellKnown } from './well-known.js';
import { routesOf } from './routes/all.js';
import { shedLoad } from './shed-load.js';
import { toProblem } from './to-problem.js';

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The whole HTTP api; listens to nothing yet. */
export function createApp(deps: ApiDeps): { app: Express; authenticator: Authenticator } {
  const authenticator = createAuthenticator({
    db: deps.db,
    clock: deps.clock,
    environment: deps.connection.environment,
  });
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // One address for each thing: an Idempotency-Key is kept for a path as it is written.
  app.enable('strict routing');
  app.enable('case sensitive routing');
  app.use(
    shedLoad({
      rightOfWay: deps.rightOfWay,
      lagMs: deps.lagMs ?? (() => 0),
      publicUrl: deps.config.PUBLIC_URL,
    }),
  );
  app.use(identify(deps));
  app.use(securityHeaders());
  const routes = routesOf(authenticator);
  const heldAnswers = createHeldAnswers(deps.clock);
  for (const route of routes) mount(app, route, deps, { authenticator, heldAnswers });
  mountHealth(app, deps);
  mountWellKnown(app, deps);
  mountDocs(app, routes, deps.version);
  refuseOtherMethods(app, routes);
  app.use(() => {
    throw new Problem('not_found');
  });
  app.use(refuse(deps));
  return { app, authenticator };
}

/** Names each request, and writes one line about it when it is over. */
function identify({ logger, trustedProxies = [] }: ApiDeps) {
  const addressOf = createClientAddress(trustedProxies);
  return (request: Request, response: Response, next: NextFunction): void => {
    const began = response.locals['arrivedAt'] ?? performance.now();
    const requestId = newId('req');
    const trace = TRACEPARENT.exec(String(request.headers['traceparent'] ?? ''));
    response.locals['requestId'] = requestId;
    response.locals['traceparent'] = trace?.[0] ?? null;
    response.locals['address'] = addressOf(request);
    response.setHeader('Request-Id', requestId);
    response.once('close', () => {
      const { route, caller, code } = response.locals;
      logger.info({
        requestId,
        method: request.method,
        route,
        status: response.statusCode,
        code,
        clientId: caller?.clientId,
        keyId: caller?.keyId,
        // Without telemetry of our own, the client's.
        ...(isTraced() ? {} : { traceId: trace?.[1] }),
        durationMs: Math.round(performance.now() - began),
      });
    });
    next();
  };
}

/** Answers are data, seen by programs: nothing may frame them, guess at them or keep them. */
function securityHeaders() {
  const protect = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'style-src': ["'self'"],
        'frame-ancestors': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'none'"],
      },
    },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
  return (request: Request, response: Response, next: NextFunction): void => {
    response.setHeader('Cache-Control', 'no-store');
    protect(request, response, next);
  };
}

/** The one place where refusals and faults become answers. */
function refuse({ logger, config }: ApiDeps) {
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) return next(error);
    const known = toProblem(error);
    const { requestId } = response.locals;
    if (known === null || known.status >= 500)
      logger.error({ error, requestId, method: request.method, route: response.locals['route'] });
    const problem = known ?? new Problem('internal_error');
    response.locals['code'] = problem.code;
    count('paraphe_api_problems_total', { code: problem.code });
    const { status, headers, body } = renderProblem(problem, requestId, config.PUBLIC_URL);
    response.status(status).set(headers);
    if (request.complete) response.end(body);
    else endUnread(request, response, body);
  };
}

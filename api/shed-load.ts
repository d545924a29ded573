import type { NextFunction, Request, Response } from 'express';
import type { LoadClass } from '../domain/load-classes.js';
import { Problem } from '../domain/problem.js';
import { count } from '../runtime/telemetry/instruments.js';

export interface ShedLoadDeps {
  /** How late this process is with its work, in milliseconds. */
  lagMs: () => number;
  /** The share of requests with that lag which is turned away; random in tests' hands. */
  random?: () => number;
}

/** From this lag on a class is turned away; at twice the lag, all of it. */
const FROM_MS: Record<LoadClass, number> = {
  export: 150,
  read: 300,
  write: 450,
  trigger: 600,
  sign: 3_000,
};
const RETRY_AFTER_SECONDS: Record<LoadClass, number> = { export: 30, read: 5, write: 5, trigger: 3, sign: 1 };

/** What a request is, from its method and path alone: it is decided before anything is read. */
export function classOf(method: string, path: string): LoadClass {
  if (/\/(signature|sms)$/.test(path)) return 'sign';
  if (/\/(evidence|documents|log|usage|replay|bulk)(\/|$)/.test(path) || path === '/openapi.json')
    return 'export';
  if (method === 'POST' && path === '/v1/contracts') return 'trigger';
  return method === 'GET' ? 'read' : 'write';
}

/**
 * Turns requests away while the process is late, before they cost anything: 503 with Retry-After, the least urgent
 * class first. Between a class's mark and twice that a growing share goes, so that the load settles instead of
 * swinging. Health checks always pass.
 */
export function shedLoad({ lagMs, random = Math.random }: ShedLoadDeps) {
  return (request: Request, _response: Response, next: NextFunction): void => {
    if (!request.path.startsWith('/v1/')) return next();
    const name = classOf(request.method, request.path);
    const lag = lagMs();
    const from = FROM_MS[name];
    if (lag <= from || random() >= (lag - from) / from) return next();
    count('paraphe_load_shed_total', { class: name });
    throw new Problem('service_unavailable', {
      detail: 'The service is overloaded: try again.',
      retryAfterSeconds: RETRY_AFTER_SECONDS[name],
    });
  };
}

import { pipeline } from 'node:stream';
import type { Express, Request, Response } from 'express';
import { isTypeId } from '../domain/ids.js';
import { Problem } from '../domain/problem.js';
import type { Authenticator } from './authenticate.js';
import type { ApiDeps } from './deps.js';
import { checkQuery, parseJson } from './parse-body.js';
import { readBody } from './read-body.js';
import type { HeldAnswers } from './held-answers.js';
import type { Answer, Call, Route } from './route.js';

/** NDJSON has no registered name. */
const NDJSON = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'];

/** Puts a route in its place: authenticate, read, check, handle, write. */
export function mount(
  app: Express,
  route: Route,
  deps: ApiDeps,
  { authenticator, heldAnswers }: { authenticator: Authenticator; heldAnswers: HeldAnswers },
): void {
  const handlers = [
    async (request: Request, response: Response, next: () => void) => {
      response.locals['route'] = route.path;
      response.locals['caller'] = await authorise(request, response, route, authenticator);
      response.locals['takeRightOfWay']?.();
      if (route.method === 'post') response.locals['idempotencyKey'] = idempotencyKeyOf(request, route);
      next();
    },
    ...(route.method === 'get' ? [] : [readBody]),
    async (request: Request, response: Response) => {
      const answer = await route.handle(callOf(request, response, route), deps);
      write(response, isKnown(request, answer) ? notModified(answer) : answer, heldAnswers);
    },
  ];
  app[route.method](expressPath(route.path), ...handlers);
}

/** A path as Express writes it. */
export function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

async function authorise(request: Request, response: Response, route: Route, authenticator: Authenticator) {
  const caller = await authenticator.authenticate(request.headers.authorization, response.locals['address']);
  if (!caller.scopes.includes(route.scope))
    throw new Problem('scope_missing', { detail: `The key lacks the scope ${route.scope}.` });
  return caller;
}

function idempotencyKeyOf(request: Request, route: Route): string | null {
  if (route.idempotencyKey === 'none') return null;
  const header = request.headers['idempotency-key'];
  const text = typeof header === 'string' ? header.trim() : '';
  const key = /^"(.*)"$/.exec(text)?.[1] ?? text;
  if (key.length > 255)
    throw new Problem('idempotency_key_required', {
      detail: 'The Idempotency-Key is longer than 255 characters.',
    });
  if (key !== '') return key;
  if (route.idempotencyKey === 'required' || header !== undefined)
    throw new Problem('idempotency_key_required');
  return null;
}

function callOf(request: Request, response: Response, route: Route): Call {
  const { locals } = response;
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const params = paramsOf(request, route);
  return {
    caller: locals['caller'],
    requestId: locals['requestId'],
    traceparent: locals['traceparent'],
    idempotencyKey: locals['idempotencyKey'] ?? null,
    // Not as it came: `%63` for `c` would make another path of it.
    path: route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? ''),
    params,
    query: route.query === undefined ? noQuery(request) : checkQuery({ ...request.query }, route.query),
    bytes,
    body: bodyOf(request, bytes, route),
    standAside() {
      locals['leaveTurn']?.();
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      return gone.signal;
    },
  };
}

function paramsOf(request: Request, route: Route): Record<string, string> {
  const params = request.params as Record<string, string>;
  for (const [name, prefix] of Object.entries(route.params ?? {}))
    if (!isTypeId(prefix, params[name] ?? '')) throw new Problem('not_found');
  return params;
}

function noQuery(request: Request): undefined {
  const errors = Object.keys(request.query).map((name) => ({ pointer: `?${name}`, detail: 'is not known' }));
  if (errors.length > 0) throw new Problem('invalid_request', { errors });
  return undefined;
}

function bodyOf(request: Request, bytes: Buffer, route: Route): unknown {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  const expected = route.bodyType ?? 'application/json';
  const isRight = expected === 'application/x-ndjson' ? NDJSON.includes(type ?? '') : type === expected;
  if (bytes.length > 0 && !isRight)
    throw new Problem('unsupported_media_type', { detail: `The body must be ${expected}.` });
  if (route.body === undefined) return undefined;
  return parseJson(bytes, route.body);
}

/** Does the client have it already (RFC 9110, 13.1.2)? */
function isKnown({ method, headers }: Request, { status, headers: own = {} }: Answer): boolean {
  const etag = own['ETag'];
  const given = headers['if-none-match'];
  if (etag === undefined || given === undefined || status !== 200) return false;
  if (method !== 'GET' && method !== 'HEAD') return false;
  return given.trim() === '*' || given.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

function notModified({ headers = {} }: Answer): Answer {
  return { status: 304, headers: { ETag: headers['ETag'] ?? '' } };
}

function write(response: Response, answer: Answer, heldAnswers: HeldAnswers): void {
  const { status, headers = {}, stream, holds = 0 } = answer;
  const bytes = answer.raw ?? (answer.body === undefined ? undefined : JSON.stringify(answer.body));
  if (response.headersSent || response.destroyed) return void stream?.destroy();
  heldAnswers.hold(response, bytes?.length ?? holds);
  if (bytes !== undefined && headers['Content-Type'] === undefined)
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.statusCode = status;
  // Cut off on either side, the other is ended: a client sees that the file is not whole.
  if (stream !== undefined) return void pipeline(stream, response, () => undefined);
  if (bytes !== undefined) response.setHeader('Content-Length', Buffer.byteLength(bytes));
  response.end(bytes);
}

import { AsyncResource } from 'node:async_hooks';
import type { NextFunction, Request, Response } from 'express';
import type { LoadClass } from '../domain/load-classes.js';
import { Problem } from '../domain/problem.js';
import { newId } from '../runtime/ids.js';
import { count } from '../runtime/telemetry/instruments.js';
import { endUnread } from './end-unread.js';
import { renderProblem } from './problem-body.js';
import type { RightOfWay } from './right-of-way.js';
import { createTurns, type Turns } from './turns.js';

export interface ShedLoadDeps {
  rightOfWay: RightOfWay;
  /** How late this process is with its work, in milliseconds. */
  lagMs: () => number;
  /** The share of requests with that lag which is turned away; random in tests' hands. */
  random?: () => number;
  /** Where the pages about refusals are. */
  publicUrl?: string | undefined;
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

interface Places {
  calm: number;
  signing: number;
  waiting: number;
  /** While people sign a place rests for so many times as long as it was held: the processors are to be free for them. */
  rest: number;
}

/**
 * So many of a class are worked on at a time: `calm` while nobody signs, and few while people do, who would wait
 * behind them at each of a dozen steps. So many wait.
 */
const TURNS: Record<Exclude<LoadClass, 'sign'>, Places> = {
  export: { calm: 2, signing: 1, waiting: 16, rest: 9 },
  read: { calm: 8, signing: 2, waiting: 64, rest: 3 },
  write: { calm: 8, signing: 2, waiting: 64, rest: 3 },
  trigger: { calm: 16, signing: 1, waiting: 64, rest: 4 },
};
/** After this time a place is taken from those who wait for others. */
const HOLD_MS = 1_000;
/** A body up to this size is read past more cheaply than its connection is replaced. */
const SMALL_BODY = 65_536;

/** What a request is, from its method and path alone: it is decided before anything is read. */
export function classOf(method: string, path: string): LoadClass {
  if (/\/(signature|sms)$/.test(path)) return 'sign';
  if (/\/(evidence|documents|log|usage|replay|bulk)(\/|$)/.test(path) || path === '/openapi.json')
    return 'export';
  if (method === 'POST' && path === '/v1/contracts') return 'trigger';
  return method === 'GET' ? 'read' : 'write';
}

/**
 * Keeps requests from taking the machine from those who sign. While somebody signs few of each other class are under
 * way, the others wait in line; what finds the line full, and while the process is late the least urgent class first,
 * is turned away with 503 and Retry-After before it costs anything. Between a class's mark of lag and twice that a
 * growing share goes, so that the load settles instead of swinging. Health checks always pass.
 */
export function shedLoad({ rightOfWay, lagMs, random = Math.random, publicUrl }: ShedLoadDeps) {
  const turns = Object.fromEntries(
    Object.entries(TURNS).map(([name, places]) => {
      const atOnce = (): number => (rightOfWay.isTaken() ? places.signing : places.calm);
      const rest = (): number => (rightOfWay.isTaken() ? places.rest : 0);
      return [name, createTurns({ atOnce, waiting: places.waiting, holdMs: HOLD_MS, rest })];
    }),
  ) as Record<string, Turns | undefined>;
  return (request: Request, response: Response, next: NextFunction): void => {
    if (!request.path.startsWith('/v1/')) return next();
    const name = classOf(request.method, request.path);
    const lag = lagMs();
    const from = FROM_MS[name];
    if (lag > from && random() < (lag - from) / from) return turnAway(name, request, response, publicUrl);
    const line = turns[name];
    if (line === undefined) {
      // Once it is known who asks: nobody without a key makes all others wait.
      response.locals['takeRightOfWay'] = () => response.once('close', rightOfWay.take());
      return next();
    }
    response.locals['arrivedAt'] = performance.now();
    // Its own trace goes on, whichever request's end lets it go on.
    const go = AsyncResource.bind(() => next());
    // A slow sender or reader, and a write that waits for what comes of it (a cancel), keep nobody waiting. All else
    // keeps its place however slow the database is: more of the same would make it slower.
    const isAtWork = (): boolean => name !== 'write' && request.complete && !response.headersSent;
    const leave = line.take(go, isAtWork);
    if (leave === null) return turnAway(name, request, response, publicUrl);
    response.locals['leaveTurn'] = leave;
    response.once('close', leave);
  };
}

/** As cheap as can be: thousands may come. They are counted, and stand in no log. */
function turnAway(name: LoadClass, request: Request, response: Response, publicUrl?: string): void {
  count('paraphe_load_shed_total', { class: name });
  count('paraphe_api_problems_total', { code: 'service_unavailable' });
  const problem = new Problem('service_unavailable', {
    detail: 'The service is overloaded: try again.',
    retryAfterSeconds: RETRY_AFTER_SECONDS[name],
  });
  const requestId = newId('req');
  const { status, headers, body } = renderProblem(problem, requestId, publicUrl);
  response.statusCode = status;
  for (const [header, value] of Object.entries(headers)) response.setHeader(header, value);
  response.setHeader('Request-Id', requestId);
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
  if (encoding !== undefined || Number(length) > SMALL_BODY) endUnread(request, response, body);
  else response.end(body);
}

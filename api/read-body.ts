import express, { type NextFunction, type Request, type Response } from 'express';
import { Problem } from '../domain/problem.js';
import { MAX_REQUEST_BYTES } from '../domain/schemas/trigger.js';
import { createTurns } from './turns.js';

const readAny = express.raw({ type: () => true, limit: MAX_REQUEST_BYTES });
/** Larger ones are gathered as they come: nobody makes us set aside more by a header alone. */
const KNOWN = 1024 * 1024;

/**
 * Large bodies are read and worked on a few at a time, since each takes several times its size: a dozen at once would
 * take more memory than the process has. Who sends slowly loses the place, and then only what has come counts. Bulks,
 * which take long, are two at most (shed-load.ts).
 */
const places = createTurns({ atOnce: () => 3, waiting: 64, holdMs: 2_000, rest: () => 0 });
const MAX_HELD = 160 * 1024 * 1024;
/** Bytes of bodies whose requests are under way. */
let held = 0;

const RETRY_AFTER_SECONDS = 3;

/**
 * Reads a body into `request.body`, whatever its type: what is small, not compressed and says its length straight into
 * its place; what is compressed by Express's own reader.
 */
export function readBody(request: Request, response: Response, next: NextFunction): void {
  const {
    'content-length': said,
    'content-encoding': encoding,
    'transfer-encoding': chunked,
  } = request.headers;
  const length = Number(said ?? 0);
  if (encoding !== undefined) return inTurn(request, response, next, () => readAny(request, response, next));
  if (length > MAX_REQUEST_BYTES) return next(tooLarge());
  if (length > KNOWN) return inTurn(request, response, next, () => gather(request, response, next));
  if (length > 0) return readKnown(request, length, next);
  return chunked === undefined ? next() : gather(request, response, next);
}

function readKnown(request: Request, length: number, next: NextFunction): void {
  const body = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  request.on('data', (chunk: Buffer) => {
    filled += chunk.copy(body, filled);
  });
  request.on('end', () => {
    request.body = body;
    next();
  });
  request.on('error', () => next(new Problem('invalid_request')));
}

function inTurn(request: Request, response: Response, next: NextFunction, read: () => void): void {
  const leave = places.take(read, () => request.complete);
  if (leave === null) return next(overloaded());
  response.once('close', leave);
}

function gather(request: Request, response: Response, next: NextFunction): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const letGo = (): void => {
    held -= size;
    size = 0;
  };
  const stop = (problem: Problem): void => {
    request.off('data', take).off('end', end);
    chunks.length = 0;
    letGo();
    next(problem);
  };
  const take = (chunk: Buffer): void => {
    chunks.push(chunk);
    size += chunk.length;
    held += chunk.length;
    if (size > MAX_REQUEST_BYTES) stop(tooLarge());
    else if (held > MAX_HELD) stop(overloaded());
  };
  const end = (): void => {
    request.body = Buffer.concat(chunks);
    chunks.length = 0;
    next();
  };
  response.once('close', letGo);
  request.on('data', take).on('end', end);
  request.on('error', () => next(new Problem('invalid_request')));
}

function tooLarge(): Problem {
  return new Problem('request_too_large', { errors: [{ pointer: '', detail: 'is too large' }] });
}

function overloaded(): Problem {
  const detail = 'Too many large requests are under way: try again.';
  return new Problem('service_unavailable', { detail, retryAfterSeconds: RETRY_AFTER_SECONDS });
}

import express, { type NextFunction, type Request, type Response } from 'express';
import { Problem } from '../domain/problem.js';
import { MAX_REQUEST_BYTES } from '../domain/schemas/trigger.js';

const readAny = express.raw({ type: () => true, limit: MAX_REQUEST_BYTES });
/** Larger ones are gathered as they come: nobody makes us set aside more by a header alone. */
const KNOWN = 1024 * 1024;

/**
 * Reads a body into `request.body`, whatever its type: what is small, not compressed and says its length straight into
 * its place, the rest by Express's own reader, which also finds what is too large or in an unknown encoding.
 */
export function readBody(request: Request, response: Response, next: NextFunction): void {
  const length = Number(request.headers['content-length']);
  const isKnown = length > 0 && length <= KNOWN && request.headers['content-encoding'] === undefined;
  if (!isKnown) return readAny(request, response, next);
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

import { Problem } from '../domain/problem.js';
import { isDatabaseDown } from '../store/database-down.js';
import { Erased } from '../store/personal.js';

interface HttpError {
  status?: unknown;
  type?: unknown;
}

/** What an error means to the caller; null when it is a fault of ours that only the log may tell. */
export function toProblem(error: unknown): Problem | null {
  if (error instanceof Problem) return error;
  if (error instanceof Erased) return new Problem('data_erased');
  if (isDatabaseDown(error)) return new Problem('service_unavailable', { retryAfterSeconds: 2 });
  // body-parser and the router mark what the client did wrong.
  const { status, type } = error as HttpError;
  if (type === 'entity.too.large')
    return new Problem('request_too_large', { errors: [{ pointer: '', detail: 'is too large' }] });
  if (type === 'encoding.unsupported') return new Problem('unsupported_media_type');
  if (typeof status === 'number' && status >= 400 && status < 500) return new Problem('invalid_request');
  return null;
}

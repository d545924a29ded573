import { PROBLEMS } from '../domain/errors.js';
import type { Problem } from '../domain/problem.js';

/** A problem as it is sent (RFC 9457). */
export interface RenderedProblem {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export const PROBLEM_TYPE = 'application/problem+json';

/** The one renderer of refusals. `baseUrl` is where the pages about them are. */
export function renderProblem(problem: Problem, requestId: string, baseUrl = ''): RenderedProblem {
  const { code, options } = problem;
  const kind = PROBLEMS[code];
  const headers: Record<string, string> = { 'Content-Type': PROBLEM_TYPE };
  if (options.retryAfterSeconds !== undefined) headers['Retry-After'] = String(options.retryAfterSeconds);
  if (kind.status === 401) headers['WWW-Authenticate'] = 'Bearer realm="paraphe"';
  const body = JSON.stringify({
    type: `${baseUrl}/problems/${code}`,
    title: kind.title,
    status: kind.status,
    detail: problem.message,
    code,
    requestId,
    ...options.extra,
    ...(options.errors === undefined ? {} : { errors: options.errors }),
  });
  return { status: kind.status, headers, body };
}

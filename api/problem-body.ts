import { PROBLEMS, type ProblemCode } from '../domain/errors.js';
import type { Problem } from '../domain/problem.js';

/** A problem as it is sent (RFC 9457). */
export interface RenderedProblem {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Where nothing better is known. */
const RETRY_AFTER_SECONDS = 5;

export const PROBLEM_TYPE = 'application/problem+json';

/** The one renderer of refusals. `baseUrl` is where the pages about them are. */
export function renderProblem(problem: Problem, requestId: string, baseUrl = ''): RenderedProblem {
  const { code, options } = problem;
  const kind = PROBLEMS[code];
  const headers: Record<string, string> = { 'Content-Type': PROBLEM_TYPE };
  const retryAfter = options.retryAfterSeconds ?? (endsByItself(code) ? RETRY_AFTER_SECONDS : null);
  if (retryAfter !== null) headers['Retry-After'] = String(retryAfter);
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

/** Whoever is sent away for now is told when to come back; a signatory's used-up limit does not end. */
function endsByItself(code: ProblemCode): boolean {
  const { status } = PROBLEMS[code];
  return status === 503 || (status === 429 && code !== 'sms_limit' && code !== 'attempts_exceeded');
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { Problem } from '../domain/problem.js';
import { newId } from '../runtime/ids.js';
import { renderProblem } from './problem-body.js';

const RETRY_AFTER_SECONDS = 5;

/** Answers while PostgreSQL or its migrations are waited for: alive, not started, not ready, come back. */
export function answerWhileStarting(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url?.split('?')[0];
  if (path === '/livez') return answer(response, 200, { status: 'alive' });
  if (path === '/startupz') return answer(response, 503, { status: 'starting' });
  if (path === '/readyz') {
    const checks = { postgresql: 'down', temporal: 'unknown', platform: 'unknown' };
    return answer(response, 503, { status: 'unavailable', checks, down: ['postgresql'] });
  }
  const problem = new Problem('service_unavailable', {
    detail: 'The service is starting: try again.',
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
  const requestId = newId('req');
  const { status, headers, body } = renderProblem(problem, requestId);
  // What was sent with the request is not read.
  response.writeHead(status, { ...headers, 'Request-Id': requestId, Connection: 'close' }).end(body);
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

import { STATUS_CODES, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Problem } from '../domain/problem.js';
import { newId } from '../runtime/ids.js';
import type { Logger } from '../runtime/logger.js';
import { renderProblem } from './problem-body.js';

/** What Node answers to these by itself (`server.on('clientError')`); anything else is no HTTP. */
const STATUSES: Partial<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };
const NO_HTTP = 'The request is no HTTP/1.1 that can be read: check its line and its headers.';

/** Answers what never becomes a request of the app as all others are answered: named, written down, a problem. */
export function answerMalformed(server: Server, logger: Logger): void {
  server.on('clientError', (error: Error & { code?: string }, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const requestId = newId('req');
    const status = STATUSES[error.code ?? ''] ?? 400;
    logger.info({ requestId, status, code: 'invalid_request' });
    socket.end(written(status, requestId));
  });
}

function written(status: number, requestId: string): string {
  const { body, headers } = renderProblem(new Problem('invalid_request', { detail: NO_HTTP }), requestId);
  // The size of headers and the time for them are not the catalogue's: the status says it all.
  const content = status === 400 ? body : '';
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...(content === '' ? [] : Object.entries(headers).map(([name, value]) => `${name}: ${value}`)),
    `Content-Length: ${Buffer.byteLength(content)}`,
    `Request-Id: ${requestId}`,
    'Connection: close',
  ];
  return `${lines.join('\r\n')}\r\n\r\n${content}`;
}

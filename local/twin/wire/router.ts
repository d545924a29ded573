import express, { type ErrorRequestHandler, type Response, type Router } from 'express';

import { TwinError } from '../twin-error.js';
import type { Reply, Serve } from './serve.js';

/** Base64 of five documents of 25 MB, with room to spare. */
const BODY_LIMIT = '200mb';

/** `POST /api/{requestName}`. */
export function createWireRouter(serve: Serve, report: (line: string) => void): Router {
  const router = express.Router();
  router.use(express.json({ limit: BODY_LIMIT, type: () => true, strict: false }));
  router.use(answerUnreadable);
  router.post('/:name', async (request, response) => {
    const body: unknown = request.body;
    const reply = isObject(body)
      ? await serve(request.params.name, body)
      : refusal('Un objet JSON est attendu.');
    send(response, reply);
  });
  router.use((_request, response) => {
    send(response, refusal('POST /api/{requestName} est attendu.'));
  });
  router.use(answerFailure(report));
  return router;
}

function send(response: Response, reply: Reply | null): void {
  if (reply === null) {
    response.socket?.destroy();
    return;
  }
  if (reply.retryAfter !== null) response.set('Retry-After', String(reply.retryAfter));
  response.status(reply.status).json(reply.body);
}

function refusal(message: string): Reply {
  const error = new TwinError('invalid_request', { message });
  return { status: error.status, body: error.body(), retryAfter: null };
}

function isObject(body: unknown): body is Record<string, unknown> {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}

/** A body that is no JSON, too large or cut off. */
const answerUnreadable: ErrorRequestHandler = (_error, _request, response, next) => {
  if (response.headersSent) next();
  else send(response, refusal('Le corps de la requête est illisible ou trop grand.'));
};

/** A failure of the twin itself: for the caller, an unknown outcome. */
function answerFailure(report: (line: string) => void): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    report(`request failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    const body = { error: { code: 'internal', message: 'Erreur interne.' } };
    if (response.headersSent) next(error);
    else response.status(500).json(body);
  };
}

import type { Request, Response } from 'express';

/** For a client that goes on sending a body that nobody wants. */
const LINGER_MS = 10_000;

/**
 * Answers before the body was read to its end, and lets the client send on for a while: closed at once, the
 * connection would be reset, and the answer lost on its way. Then it is closed: what is left of the body must not
 * be taken for the next request.
 */
export function endUnread(request: Request, response: Response, body: string): void {
  response.set({ Connection: 'close', 'Content-Length': String(Buffer.byteLength(body)) });
  response.write(body);
  const timer = setTimeout(() => response.end(), LINGER_MS);
  request.once('close', () => {
    clearTimeout(timer);
    response.end();
  });
  request.once('end', () => response.end());
  request.resume();
}

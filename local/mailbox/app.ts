import path from 'node:path';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import type { MessageStore } from './message-store.js';
import { listPage, messagePage } from './pages.js';
import { wordsFor } from './words.js';

/** The mailbox for people (pages) and for programs (/api/messages). */
export function createMailboxApp(store: MessageStore): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(pageHeaders, onlyHere);
  app.get('/style.css', (_request, response) => response.sendFile(path.join(__dirname, 'style.css')));
  addPages(app, store);
  addProgramInterface(app, store);
  return app;
}

/** A mail is anybody's text: pages run no script and load nothing from elsewhere. */
const pageHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      imgSrc: ['data:'],
      frameSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'self'"],
    },
  },
  strictTransportSecurity: false,
  xFrameOptions: { action: 'sameorigin' },
});

/** Refuses pages of other sites that ask in the user's browser, by name (DNS rebinding) or by form. */
const onlyHere: RequestHandler = (request, response, next) => {
  const foreign = !['127.0.0.1', 'localhost'].includes(request.hostname);
  const crossing = request.method !== 'GET' && request.get('Sec-Fetch-Site') === 'cross-site';
  if (foreign || crossing) response.status(403).json({ error: 'only from this machine' });
  else next();
};

function addPages(app: Express, store: MessageStore): void {
  const words = (request: Request) => wordsFor(request.acceptsLanguages('fr', 'en'));
  app.get('/', (request, response) => response.send(listPage(words(request), store.list())));
  app.get('/messages/:id', async (request, response) => {
    const message = await store.read(request.params.id);
    if (message === null) notFound(response);
    else response.send(messagePage(words(request), message));
  });
  app.get('/messages/:id/html', async (request, response) => {
    const message = await store.read(request.params.id);
    response.set(
      'Content-Security-Policy',
      "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    );
    if (message?.html == null) notFound(response);
    else response.type('html').send(`<base target="_blank">${message.html}`);
  });
  app.get('/messages/:id/source', async (request, response) => {
    const source = await store.source(request.params.id);
    if (source === null) notFound(response);
    else response.type('text/plain').send(source);
  });
  app.post('/delete', async (_request, response) => {
    await store.clear();
    response.redirect(303, '/');
  });
  app.post('/messages/:id/delete', async (request, response) => {
    await store.remove(request.params.id);
    response.redirect(303, '/');
  });
}

function addProgramInterface(app: Express, store: MessageStore): void {
  app.get('/api/messages', (request, response) => {
    const { to } = request.query;
    response.json({ messages: store.list(typeof to === 'string' ? to : undefined) });
  });
  app.get('/api/messages/:id', async (request, response) => {
    const message = await store.read(request.params.id);
    if (message === null) notFound(response);
    else response.json(message);
  });
  app.delete('/api/messages', async (_request, response) => {
    await store.clear();
    response.status(204).end();
  });
  app.delete('/api/messages/:id', async (request, response) => {
    if (await store.remove(request.params.id)) response.status(204).end();
    else notFound(response);
  });
}

function notFound(response: Response): void {
  response.status(404).json({ error: 'no such message' });
}

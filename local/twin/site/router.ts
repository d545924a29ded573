import express, { type ErrorRequestHandler, type RequestHandler, type Router } from 'express';

import type { Core } from '../core.js';
import { html } from '../html.js';
import { TwinError } from '../twin-error.js';
import { depositorRoutes } from './depositor-routes.js';
import { renderPage } from './page.js';
import { createSessions, type Sessions } from './session.js';
import { signatoryRoutes } from './signatory-routes.js';
import { STYLE } from './style.js';
import { readVisit } from './visit.js';

/** The site, for signatories and depositors: pages made here, no script, nothing from elsewhere. */
export function createSiteRouter(core: Core, siteUrl: () => string): Router {
  const router = express.Router();
  const sessions = createSessions(core.secret, () => siteUrl().startsWith('https:'));
  router.use(protect);
  router.get('/site.css', (_request, response) => {
    response.set('Cache-Control', 'public, max-age=3600').type('text/css').send(STYLE);
  });
  router.use(express.urlencoded({ extended: false, limit: '20kb' }));
  router.get('/', (request, response) => {
    const visit = readVisit(sessions, request, response, 'fr');
    const { home } = visit.texts;
    const body = html`<h1>${home.title}</h1>
      <p class="lead">${home.lead}</p>
      <p><a class="button" href="/depositor">${home.enter}</a></p>`;
    response.send(renderPage({ ...visit, title: home.title, path: '/', rules: null, body }));
  });
  router.use('/sign', signatoryRoutes(core, sessions));
  router.use('/depositor', depositorRoutes(core, sessions));
  router.use(notFound(sessions));
  router.use(failed(core, sessions));
  return router;
}

/** Links and pages are secrets of one person: nothing is cached, no address is told to others. */
const protect: RequestHandler = (_request, response, next) => {
  response.set({
    'Content-Security-Policy':
      "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  });
  next();
};

function notFound(sessions: Sessions): RequestHandler {
  return (request, response) => {
    const visit = readVisit(sessions, request, response, 'fr');
    const { title, lead } = visit.texts.notFound;
    const body = html`<h1>${title}</h1>
      <p class="lead">${lead}</p>`;
    response.status(404).send(renderPage({ ...visit, title, path: '/', rules: null, body }));
  };
}

/** A refusal outside a form reads like a page that is not there; anything else is our fault. */
function failed(core: Core, sessions: Sessions): ErrorRequestHandler {
  return async (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    if (error instanceof TwinError) {
      await notFound(sessions)(request, response, next);
      return;
    }
    core.report(`site failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    response.status(500).type('text/plain').send('Erreur interne. / Internal error.');
  };
}

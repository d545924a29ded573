import type { Express } from 'express';
import { PROBLEMS, type ProblemCode } from '../../domain/errors.js';
import { Problem } from '../../domain/problem.js';
import type { Route } from '../route.js';
import { openApiDocument } from './openapi.js';
import { problemPage, referencePage } from './reference-page.js';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
code,pre{font:14px/1.4 ui-monospace,monospace}pre{background:#f3f5f7;padding:.75rem;overflow:auto}
details{border:1px solid #d5dae0;border-radius:4px;margin:.4rem 0;padding:.4rem .8rem}summary{cursor:pointer}
table{border-collapse:collapse;width:100%}td{border-top:1px solid #d5dae0;padding:.3rem .6rem;vertical-align:top}code,td,p{overflow-wrap:anywhere}td:first-child,td:first-child code,td:nth-child(2){overflow-wrap:normal}details{overflow-x:auto}`;

/** The OpenAPI document, its page, and a page for each kind of problem; all from here, without a script. */
export function mountDocs(app: Express, routes: readonly Route[], version: string): void {
  // Made when first asked for: it is of no use to most processes.
  let document: object | undefined;
  const made = (): object => (document ??= openApiDocument(routes, version));
  app.get('/openapi.json', (_request, response) => {
    response.json(made());
  });
  app.get('/docs', (_request, response) => {
    response.type('html').send(referencePage(made()));
  });
  app.get('/docs/style.css', (_request, response) => {
    response.type('css').send(STYLE);
  });
  app.get('/problems/:code', (request, response) => {
    const { code } = request.params;
    if (!Object.hasOwn(PROBLEMS, code)) throw new Problem('not_found');
    response.type('html').send(problemPage(code as ProblemCode));
  });
}

import type { Express } from 'express';
import { keyDocument } from '../domain/webhooks/key-document.js';
import { listSigningKeys } from '../store/signing-keys.js';
import type { ApiDeps } from './deps.js';

/** The public halves of the keys that sign webhooks (`v1a`), for receivers; no key needed. */
export function mountWellKnown(app: Express, deps: ApiDeps): void {
  app.get('/.well-known/webhook-keys.json', async (_request, response) => {
    response.setHeader('Cache-Control', 'public, max-age=300');
    response.json(keyDocument(await listSigningKeys(deps.db)));
  });
}

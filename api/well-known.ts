import type { Express } from 'express';
import { keyDocument } from '../domain/webhooks/key-document.js';
import { listEvidenceKeys } from '../store/evidence-keys.js';
import { listSigningKeys } from '../store/signing-keys.js';
import type { ApiDeps } from './deps.js';

/** The public halves of the keys that sign webhooks (`v1a`) and evidence, for those who verify; no key needed. */
export function mountWellKnown(app: Express, deps: ApiDeps): void {
  app.get('/.well-known/webhook-keys.json', async (_request, response) => {
    response.setHeader('Cache-Control', 'public, max-age=300');
    response.json(keyDocument(await listSigningKeys(deps.db)));
  });
  // Whoever verifies an evidence file compares its key with these.
  app.get('/.well-known/evidence-keys.json', async (_request, response) => {
    const keys = await listEvidenceKeys(deps.db);
    response.setHeader('Cache-Control', 'public, max-age=300');
    response.json({
      keys: keys.map((key) => ({
        id: key.id,
        algorithm: 'Ed25519',
        publicKey: key.public_key,
        validFrom: key.valid_from.toISOString(),
      })),
    });
  });
}

import { z } from 'zod';
import { keyDocument } from '../../domain/webhooks/key-document.js';
import { overlapBody } from '../../domain/schemas/requests.js';
import { listSigningKeys, rotateSigningKey } from '../../store/signing-keys.js';
import { inTransaction } from '../in-transaction.js';
import { journalDeed } from '../journal-deed.js';
import type { Route } from '../route.js';

const time = z.iso.datetime();
const document = z.object({
  keys: z.array(
    z.object({ id: z.string(), publicKey: z.string(), from: time, until: time.nullable() }).meta({
      description: '`publicKey`: `whpk_` and base64 of an ed25519 public key',
    }),
  ),
});
const HOUR_MS = 3_600_000;

/** A new key for `v1a` signatures; published at once at `/.well-known/webhook-keys.json`. */
export const rotateWebhookKey: Route = inTransaction({
  method: 'post',
  path: '/v1/admin/webhook-keys/rotate',
  scope: 'admin',
  tag: 'Operators',
  summary: 'Give the service a new key for `v1a` signatures; both sign until the overlap ends',
  description:
    'The new key is published at once and signs within a minute. Receivers keep the published keys for a day: overlap for at least 24 hours, unless the old key was stolen (0).',
  body: overlapBody,
  answers: { 200: { description: 'The published keys, newest first', schema: document } },
  async work(tx, call, deps) {
    const now = deps.clock.now();
    const end = new Date(now.getTime() + call.body.overlapHours * HOUR_MS);
    await rotateSigningKey(tx, deps.vault, now, end);
    await journalDeed(tx, call, deps, 'rotate', 'webhook-keys');
    return { status: 200, body: keyDocument(await listSigningKeys(tx)) };
  },
});

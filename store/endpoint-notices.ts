import { DISABLE_AFTER_MS, WARN_BEFORE_MS } from '../domain/webhooks/health.js';
import type { EndpointNoticeFacts, EndpointNoticeKind } from '../domain/mails/endpoint-notice.js';
import type { Database, Tx } from './database.js';

/** Queues a mail about an endpoint to its client's contact; the same key makes the same mail. */
export async function insertEndpointNotice(
  tx: Tx,
  notice: { kind: EndpointNoticeKind; endpointId: string; clientId: string; failingSince: Date },
  now: Date,
): Promise<void> {
  const { kind, endpointId, clientId, failingSince } = notice;
  await tx
    .insertInto('paraphe.mail')
    .values({
      // The endpoint is read from here when the mail is composed.
      key: `${endpointId}:${kind}:${failingSince.getTime()}`,
      client_id: clientId,
      contract_id: null,
      kind,
      signatory_id: null,
      created_at: now,
      next_attempt_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** What a queued notice says and to whom; null when the endpoint or the contact is gone. */
export async function readEndpointNotice(
  db: Database,
  key: string,
): Promise<{ to: string; facts: EndpointNoticeFacts } | null> {
  const [endpointId = '', , since = ''] = key.split(':');
  const row = await db
    .selectFrom('paraphe.webhook_endpoint as endpoint')
    .innerJoin('personal.client_contact as contact', 'contact.client_id', 'endpoint.client_id')
    .select(['endpoint.url', 'endpoint.warned_at', 'contact.email'])
    .where('endpoint.id', '=', endpointId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const failingSince = Number(since);
  const warned = row.warned_at?.getTime() ?? 0;
  const disableAt = Math.max(failingSince + DISABLE_AFTER_MS, warned + WARN_BEFORE_MS);
  const { host } = new URL(row.url);
  const facts = { endpointId, host, failingSince: inUtc(failingSince), disableAt: inUtc(disableAt) };
  return { to: row.email, facts };
}

function inUtc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

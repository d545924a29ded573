import { Problem } from '../../domain/problem.js';
import { nothing } from '../../domain/schemas/requests.js';
import { receivedView } from '../../domain/schemas/views.js';
import { noteReceived, readRetention } from '../../store/retention.js';
import { inTransaction } from '../in-transaction.js';
import { journalDeed } from '../journal-deed.js';
import { contractOr404 } from './read-contracts.js';

export const received = inTransaction({
  method: 'post',
  path: '/v1/contracts/{id}/received',
  scope: 'contracts:write',
  tag: 'Contracts',
  params: { id: 'ctr' },
  summary: 'Say that you have your copy: the documents and personal data are removed soon',
  description:
    'Ends the retention of a completed contract. Asked again, it gives the receipt once everything is removed. Digests, verdicts and times stay.',
  body: nothing,
  answers: { 200: { description: 'Noted; the receipt once it is done', schema: receivedView } },
  problems: ['not_signed_yet'],
  async work(tx, call, deps) {
    const row = await contractOr404(tx, call);
    if (row.state.status !== 'completed') throw new Problem('not_signed_yet');
    const before = await readRetention(tx, row.id);
    if (before === null || before.receivedAt === null) {
      const at = deps.clock.now();
      await noteReceived(tx, { contractId: row.id, clientId: row.client_id, at });
      await journalDeed(tx, call, deps, 'received', row.id);
    }
    const retention = await readRetention(tx, row.id);
    const body = {
      contractId: row.id,
      receivedAt: retention?.receivedAt?.toISOString() ?? null,
      purgedAt: retention?.purgedAt?.toISOString() ?? null,
      receipt: retention?.receipt ?? null,
    };
    return { status: 200, body };
  },
});

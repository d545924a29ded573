import type { z } from 'zod';
import type { Resolution } from '../../domain/contract/facts.js';
import { UPDATES, type Resolve } from '../../domain/messages.js';
import { Problem } from '../../domain/problem.js';
import { resolveBody } from '../../domain/schemas/requests.js';
import { contractView } from '../../domain/schemas/views.js';
import { noteReason } from '../../store/contracts-read.js';
import { askContract, readAsked } from '../ask-contract.js';
import { NotRunning } from '../contract-updates.js';
import { transaction } from '../in-transaction.js';
import { journalDeed } from '../journal-deed.js';
import { route } from '../route.js';
import { updateOnce } from '../update-once.js';
import { viewRow } from '../views/read-view.js';

/** An operator's decision about a contract that waits for one. */
export const resolve = route({
  method: 'post',
  path: '/v1/admin/contracts/{id}/resolve',
  params: { id: 'ctr' },
  scope: 'admin',
  tag: 'Operators',
  summary: 'Decide about a contract in the status attention',
  body: resolveBody,
  answers: { 200: { description: 'The contract', schema: contractView } },
  problems: ['not_in_attention', 'service_unavailable'],
  handle: (call, deps) =>
    updateOnce(call, deps, true, async (updateId) => {
      const row = await readAsked(call, deps, true);
      const { action, reason } = call.body;
      await transaction(deps, true, call, async (tx) => {
        await noteReason(tx, row.id, reason);
        await journalDeed(tx, call, deps, 'resolve', row.id, { action, reason });
      });
      const argument: Resolve = { resolution: resolutionOf(call.body) };
      await askContract(row.state, { name: UPDATES.resolve, argument, updateId }, deps).catch(
        (error: unknown) => {
          throw error instanceof NotRunning ? new Problem('not_in_attention') : error;
        },
      );
      const after = await readAsked(call, deps, true);
      return { status: 200, body: await viewRow(after, deps, null), contractId: row.id };
    }),
});

/** What the platform knows of an adopted contract the workflow finds out itself. */
function resolutionOf({ action, platformId = '' }: z.output<typeof resolveBody>): Resolution {
  return action === 'adopt' ? { action, platformId, signatoryPlatformIds: [], submitted: true } : { action };
}

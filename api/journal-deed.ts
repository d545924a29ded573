import type { Tx } from '../store/database.js';
import { writeJournal } from '../store/journal.js';
import type { ApiDeps } from './deps.js';
import type { Call } from './route.js';

/** Writes down what the caller did, in the transaction that does it (CN18). */
export async function journalDeed(
  tx: Tx,
  call: Pick<Call, 'caller' | 'requestId'>,
  deps: Pick<ApiDeps, 'clock'>,
  action: string,
  object: string,
  detail: Record<string, unknown> = {},
): Promise<void> {
  await writeJournal(tx, {
    at: deps.clock.now(),
    clientId: call.caller.clientId,
    actor: call.caller.keyId,
    action,
    object,
    outcome: 'done',
    detail: { requestId: call.requestId, ...detail },
  });
}

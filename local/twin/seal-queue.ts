import type { Clock } from './clock.js';
import type { Account, Contract, StoredDocument } from './model.js';
import type { Documents } from './record/documents.js';
import type { State } from './record/state.js';
import type { SealInput, Sealer } from './sealer.js';

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 30_000;

/** Makes the signed files of contracts that all have signed, one after the other, again after a failure or a restart. */
export interface SealQueue {
  add(contractId: string): void;
  /** Contracts whose signed files are still missing. */
  waiting(): readonly string[];
  close(): Promise<void>;
}

export interface SealQueueDeps {
  readonly state: State;
  readonly clock: Clock;
  readonly documents: Documents;
  readonly sealer: Sealer;
  readonly report: (line: string) => void;
}

export function createSealQueue(deps: SealQueueDeps): SealQueue {
  const { state } = deps;
  const queue = new Set<string>();
  const life = new AbortController();
  let running: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let pause = FIRST_RETRY_MS;

  const drain = async (): Promise<void> => {
    for (const id of queue) {
      if (life.signal.aborted) return;
      const contract = state.contracts.get(id);
      try {
        if (contract !== undefined) await sealContract(deps, contract);
        // Counted as waiting until it is there.
        queue.delete(id);
        pause = FIRST_RETRY_MS;
      } catch (error) {
        deps.report(`seal of ${id} failed: ${error instanceof Error ? error.message : 'unknown error'}`);
        timer = setTimeout(run, pause);
        pause = Math.min(pause * 2, LAST_RETRY_MS);
        return;
      }
    }
  };
  const run = (): void => {
    timer = null;
    running ??= drain().finally(() => {
      running = null;
      if (queue.size > 0 && timer === null && !life.signal.aborted) run();
    });
  };
  const add = (contractId: string): void => {
    if (life.signal.aborted) return;
    queue.add(contractId);
    if (timer === null) run();
  };
  for (const one of state.contracts.values()) {
    if (one.status === 'signed' && one.mainDocument.some((document) => document.sealed === null)) add(one.id);
  }
  return {
    add,
    waiting: () => [...queue],
    close: async () => {
      life.abort();
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}

function inputOf(
  contract: Contract,
  account: Account,
  document: StoredDocument,
  deposited: Buffer,
  now: number,
): SealInput {
  return {
    document: deposited,
    name: document.name,
    contract: { id: contract.id, label: contract.label, language: contract.language },
    signatories: contract.signatories.map((one) => ({
      id: one.id,
      firstName: one.firstName,
      lastName: one.lastName,
      email: one.email,
      signedAt: one.signedAt ?? '',
    })),
    events: contract.log.map(({ at, event, detail }) => ({ at, event, detail })),
    at: new Date(now),
    watermark: account.rules === 'sandbox',
  };
}

/** Seals what is still missing of one contract; each file is kept as soon as it is there. */
async function sealContract(deps: SealQueueDeps, contract: Contract): Promise<void> {
  const account = deps.state.accounts.get(contract.apiUser);
  if (account === undefined) return;
  for (const document of contract.mainDocument.filter((one) => one.sealed === null)) {
    const deposited = await deps.documents.get(document.digest);
    const input = inputOf(contract, account, document, deposited, deps.clock.now());
    document.sealed = await deps.documents.put(await deps.sealer.seal(input));
    await deps.state.commit([{ contract }]);
  }
}

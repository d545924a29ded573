import { cancelContract } from '../../../local/twin/contract/end.js';
import { deleteDraft, publishContract } from '../../../local/twin/contract/create.js';
import { payDeposit, TEST_CARD } from '../../../local/twin/contract/deposit.js';
import { sign } from '../../../local/twin/contract/sign.js';
import { sendSms } from '../../../local/twin/contract/sms.js';
import type { Turn } from '../../../local/twin/contract/turn.js';
import type { Contract } from '../../../local/twin/model.js';
import { TwinError } from '../../../local/twin/twin-error.js';
import type { World } from './world.js';

type Site = 'signOnSite' | 'wrongOnSite' | 'smsOnSite' | 'payOnSite' | 'cancelOnSite' | 'publish' | 'delete';

const CARD = { number: TEST_CARD, expiry: '12/99', cryptogram: '123' };
/** A human needs longer than the platform's own entries for a creation. */
const BIRTH_MS = 100;

/** What somebody does on the platform's site; what the platform refuses there changes nothing. */
export async function actOnSite({ twin, timeline }: World, what: Site, person: number): Promise<void> {
  const [contract] = twin.state.contracts.values();
  if (contract === undefined || timeline.now() - Date.parse(contract.createdAt) < BIRTH_MS) return;
  await twin.desk
    .perform(twin.account, 'site', (turn) => deedOnSite(turn, contract, what, person))
    .catch((error: unknown) => {
      if (!(error instanceof TwinError)) throw error;
    });
}

function deedOnSite(turn: Turn, contract: Contract, what: Site, person: number): void {
  const signatory = contract.signatories[person % contract.signatories.length]!;
  switch (what) {
    case 'signOnSite':
      if (signatory.sms.length === 0 && signatory.status === 'pending') sendSms(turn, contract, signatory);
      return sign(turn, contract, signatory, signatory.sms.at(-1)?.code ?? '');
    case 'wrongOnSite':
      return sign(turn, contract, signatory, 'wrong');
    case 'smsOnSite':
      return void sendSms(turn, contract, signatory);
    case 'payOnSite':
      return payDeposit(turn, contract, signatory, CARD);
    case 'cancelOnSite':
      return cancelContract(turn, contract);
    case 'publish':
      return publishContract(turn, contract);
    case 'delete':
      return deleteDraft(turn, contract);
  }
}

import { completeMobile, deleteDraft, publishContract } from '../contract/create.js';
import { cancelContract } from '../contract/end.js';
import { findSignatory } from '../contract/find.js';
import type { Turn } from '../contract/turn.js';
import type { Contract } from '../model.js';
import { mobileSchema } from '../wire/schemas.js';
import { FormRefusal } from './visit.js';

/** What a form of the depositor's pages does. */
export type Work = (turn: Turn, contract: Contract, fields: Record<string, string>) => void;

export const publish: Work = (turn, contract) => {
  const isComplete = contract.signatories.every((one) => one.mobile !== null);
  const isAhead = Date.parse(contract.deadline) > turn.clock.now();
  if (contract.status !== 'draft' || !isComplete || !isAhead) throw new FormRefusal('not_draft');
  publishContract(turn, contract);
};

export const remove: Work = (turn, contract, fields) => {
  if (fields['confirm'] !== 'yes') throw new FormRefusal('confirm');
  deleteDraft(turn, contract);
};

export const cancel: Work = (turn, contract, fields) => {
  if (fields['confirm'] !== 'yes') throw new FormRefusal('confirm');
  cancelContract(turn, contract);
};

export const complete: Work = (turn, contract, fields) => {
  const mobile = mobileSchema.safeParse((fields['mobile'] ?? '').replace(/[\s.-]/g, ''));
  if (!mobile.success) throw new FormRefusal('mobile');
  completeMobile(turn, contract, findSignatory(contract, fields['signatoryId'] ?? ''), mobile.data);
};

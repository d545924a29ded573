import type { Contract, Language, Signatory, StoredDocument } from '../model.js';
import { newId, newSecret } from '../secret.js';
import { TwinError } from '../twin-error.js';
import { mailOwner, mailSignatory, note, type Turn } from './turn.js';
import { wordingFor } from './wording.js';

/** A contract as the depositor orders it, documents already stored. */
export interface Order {
  readonly label: string;
  readonly language: Language;
  readonly deadline: string;
  readonly mainDocument: readonly StoredDocument[];
  readonly annexes: readonly StoredDocument[];
  readonly signatories: readonly OrderedSignatory[];
  readonly notify: Contract['notify'];
  readonly submit: boolean;
}

interface OrderedSignatory {
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly mobile: string | null;
  readonly deposit: { readonly amount: number; readonly currency: string } | null;
}

/** Makes a contract, published or a draft. Not idempotent, like the platform: two calls make two. */
export function createContract(turn: Turn, order: Order): Contract {
  const at = turn.clock.iso();
  const contract: Contract = {
    id: newId('ctr'),
    apiUser: turn.account.user,
    label: order.label,
    language: order.language,
    deadline: order.deadline,
    status: 'draft',
    createdAt: at,
    updatedAt: at,
    signedAt: null,
    notify: order.notify,
    signatories: order.signatories.map(newSignatory),
    mainDocument: [...order.mainDocument],
    annexes: [...order.annexes],
    log: [],
  };
  const wording = wordingFor(contract.language);
  note(turn, contract, 'created', order.submit ? wording.created : wording.drafted);
  if (order.submit) publishContract(turn, contract);
  else mailOwner(turn, contract, 'draft_saved');
  return contract;
}

/** Publishes a draft: everybody needs a mobile number by now, and the deadline must lie ahead. */
export function publishContract(turn: Turn, contract: Contract): void {
  requireDraft(contract);
  if (contract.signatories.some((one) => one.mobile === null)) {
    throw new TwinError('invalid_request', { message: 'Un numéro de mobile manque.' });
  }
  if (Date.parse(contract.deadline) <= turn.clock.now()) {
    throw new TwinError('invalid_request', { message: 'La date limite de signature est passée.' });
  }
  contract.status = 'submitted';
  const wording = wordingFor(contract.language);
  note(turn, contract, 'submitted', wording.published);
  mailOwner(turn, contract, 'submitted');
  if (!contract.notify.signatory) return;
  for (const signatory of contract.signatories) {
    mailSignatory(turn, contract, 'invitation', signatory);
    note(turn, contract, 'notified', wording.invited(signatory.email), signatory);
  }
}

/** Completes a signatory of a draft. */
export function completeMobile(turn: Turn, contract: Contract, signatory: Signatory, mobile: string): void {
  requireDraft(contract);
  signatory.mobile = mobile;
  turn.touched.set(contract.id, contract);
}

/** Deletes a draft: gone from the list, its detail answers 404. */
export function deleteDraft(turn: Turn, contract: Contract): void {
  requireDraft(contract);
  turn.deleted.add(contract.id);
}

function requireDraft(contract: Contract): void {
  if (contract.status !== 'draft') {
    throw new TwinError('invalid_request', { message: "Le contrat n'est plus un brouillon." });
  }
}

function newSignatory(one: OrderedSignatory): Signatory {
  return {
    id: newId('sgn'),
    link: newSecret(),
    firstName: one.firstName,
    lastName: one.lastName,
    email: one.email,
    mobile: one.mobile,
    status: 'pending',
    signedAt: null,
    failures: 0,
    sms: [],
    deposit: one.deposit === null ? null : { ...one.deposit, paidAt: null },
  };
}

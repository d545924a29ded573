import { attemptsLeft, smsLeft } from '../../domain/contract/limits.js';
import type { ContractState } from '../../domain/contract/state.js';
import { shownReason } from '../../domain/event-body.js';
import { limitContract } from '../../domain/field-limits.js';
import type { ContractPersonal } from '../../domain/personal.js';
import type { ContractView } from '../../domain/schemas/views.js';

/** What a contract's answer is made of. */
export interface ContractParts {
  state: ContractState;
  /** null once the personal data were erased. */
  personal: ContractPersonal | null;
  reference: string | null;
  metadata: Record<string, string>;
  signatoryReferences: Record<string, string>;
  askedReason: string | null;
  language: 'fr' | 'en';
  publishBy: Date | null;
}

/** A contract as api.md shows it, limited to the members that the client may see. */
export function viewContract(parts: ContractParts, fields: readonly string[] | null): object {
  const { state } = parts;
  const view: ContractView = {
    id: state.id,
    reference: parts.reference,
    label: parts.personal?.label ?? null,
    language: parts.language,
    status: state.status,
    statusReason: shownReason(state.statusReason, parts),
    environment: state.environment,
    platformId: state.platformId,
    action: state.action,
    deadline: state.deadline,
    createdAt: state.createdAt,
    updatedAt: state.updatedAt,
    publishedAt: state.publishedAt,
    signedAt: state.signedAt,
    completedAt: state.completedAt,
    signatories: signatoriesOf(parts),
    documents: documentsOf(parts),
    estimate: parts.publishBy === null ? null : { publishBy: parts.publishBy.toISOString() },
    metadata: parts.metadata,
  };
  return limitContract(view, fields);
}

function signatoriesOf({ state, personal, signatoryReferences }: ContractParts): ContractView['signatories'] {
  const persons = new Map(personal?.signatories.map((person) => [person.id, person]));
  return state.signatories.map((signatory) => {
    const person = persons.get(signatory.id);
    return {
      id: signatory.id,
      firstName: person?.firstName ?? null,
      lastName: person?.lastName ?? null,
      email: person?.email ?? null,
      mobile: person?.mobile ?? null,
      reference: signatoryReferences[signatory.id] ?? null,
      status: signatory.status,
      signedAt: signatory.signedAt,
      smsSent: signatory.smsSent,
      smsLeft: smsLeft(signatory, state.limits),
      attemptsLeft: attemptsLeft(signatory, state.limits),
      deposit: signatory.deposit,
    };
  });
}

function documentsOf({ state, personal }: ContractParts): ContractView['documents'] {
  const names = new Map(personal?.documents.map((document) => [document.id, document.name]));
  return state.documents.map(({ id, kind, size, sha256, signed }) => ({
    id,
    name: names.get(id) ?? null,
    kind,
    size,
    sha256,
    signed,
  }));
}

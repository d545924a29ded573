import type { Draft } from './draft.js';
import type { Fact, SignedDocument } from './facts.js';

type Of<T extends Fact['type']> = Extract<Fact, { type: T }>;

/** Every signed document was verified and archived: only now is the contract completed (promise 4). */
export function onProven(
  { state, announce }: Draft,
  documents: SignedDocument[],
  observedAt: string,
): boolean {
  const main = state.documents.filter((document) => document.kind === 'main');
  const provenIds = new Set(documents.filter((d) => d.verification === 'passed').map((d) => d.id));
  if (state.status !== 'signed' || !main.every((document) => provenIds.has(document.id))) return false;
  keep(state, documents);
  state.status = 'completed';
  state.statusReason = null;
  state.completedAt = observedAt;
  announce('contract.completed', { documents });
  return true;
}

/** A document did not verify: a person must look. */
export function onVerificationFailed({ state, announce }: Draft, fact: Of<'verification_failed'>): boolean {
  if (state.status !== 'signed') return false;
  keep(state, fact.documents);
  const failed = fact.documents.filter((document) => document.verification === 'failed');
  announce('document.verification_failed', { reason: fact.reason, documents: failed });
  state.status = 'attention';
  state.statusReason = 'verification_failed';
  announce('contract.attention', { reason: 'verification_failed' });
  return true;
}

/** Verification could not decide yet; it is tried again. */
export function onIndeterminate({ state }: Draft, fact: Of<'indeterminate'>): boolean {
  if (state.status !== 'signed') return false;
  return keep(state, fact.documents);
}

/** No proven document within the time that it may take. */
export function onRetrievalOverdue({ state, announce }: Draft, fact: Of<'retrieval_overdue'>): boolean {
  if (state.status !== 'signed') return false;
  state.status = 'attention';
  state.statusReason = fact.reason;
  announce('contract.attention', { reason: fact.reason });
  return true;
}

function keep(state: Draft['state'], documents: SignedDocument[]): boolean {
  let changed = false;
  for (const { id, ...signed } of documents) {
    const document = state.documents.find((candidate) => candidate.id === id);
    if (document === undefined || JSON.stringify(document.signed) === JSON.stringify(signed)) continue;
    document.signed = signed;
    changed = true;
  }
  return changed;
}

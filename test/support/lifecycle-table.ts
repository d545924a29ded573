import { decideAll } from '../../domain/contract/decide.js';
import type { Fact, FactBody, Resolution } from '../../domain/contract/facts.js';
import { initialState } from '../../domain/contract/initial-state.js';
import type { Actor, ContractState } from '../../domain/contract/state.js';

export const AT = '2026-12-01T10:00:00.000Z';
export const DEADLINE = '2026-12-24T22:59:59.000Z';
const DOCUMENT = { id: 'doc_1', size: 2, sha256: 'b' };

export const created = (submitted: boolean): FactBody => ({
  type: 'created',
  platformId: 'p',
  submitted,
  signatoryPlatformIds: ['p1', 'p2'],
});
export const signed = (index: number): FactBody => ({
  type: 'signatory_signed',
  signatoryId: `sig_${index}`,
});
const resolved = (resolution: Resolution): FactBody => ({ type: 'resolved', resolution });
const proof = (
  verification: 'passed' | 'failed',
): { documents: { verification: typeof verification }[] } => ({
  documents: [{ ...DOCUMENT, verification }],
});
const CANCELLED: FactBody = { type: 'cancelled', reason: 'client_request' };
const EXPIRED: FactBody = { type: 'expired', reason: 'deadline' };
const UNCERTAIN: FactBody = { type: 'creation_uncertain' };
const FAILED = { type: 'verification_failed', ...proof('failed'), reason: 'x' } as FactBody;

/** A contract of two signatories after these facts. */
export function after(...facts: FactBody[]): ContractState {
  const state = initialState(
    {
      id: 'ctr_1',
      clientId: 'cli_1',
      connectionId: 'con_1',
      environment: 'production',
      action: 'submit',
      deadline: DEADLINE,
      limits: { sms: 5, attempts: 5, refuseSms: true },
      signatories: ['sig_1', 'sig_2'].map((id) => ({ id, deposit: null })),
      documents: [{ id: 'doc_1', kind: 'main', size: 1, sha256: 'a', pages: 1 }],
    },
    AT,
  );
  return decideAll(
    state,
    facts.map((fact) => dated(fact)),
    AT,
  ).state;
}

export const dated = (fact: FactBody, by: Actor = 'system'): Fact => ({ ...fact, at: AT, by });

export const IN = {
  accepted: [],
  draft: [created(false)],
  open: [created(true)],
  signed: [created(true), signed(1), signed(2)],
  'attention (creation)': [UNCERTAIN],
  'attention (cancel)': [created(true), { type: 'outcome_uncertain', deed: 'cancel' }],
  'attention (verification)': [created(true), signed(1), signed(2), FAILED],
  completed: [created(true), signed(1), signed(2), { type: 'proven', ...proof('passed') } as FactBody],
} satisfies Record<string, FactBody[]>;

export type Row = [
  keyof typeof IN,
  string,
  FactBody,
  Actor,
  ContractState['status'],
  string[],
  (string | null)?,
];

/** lifecycle.md, *Facts and what they do*: in, what happened, who, to, announced, reason. */
export const ROWS: Row[] = [
  ['accepted', 'created, submitted', created(true), 'system', 'open', ['contract.published']],
  ['accepted', 'created, draft', created(false), 'system', 'draft', ['contract.drafted']],
  [
    'accepted',
    'refused',
    { type: 'refused', code: 'invalid_request' },
    'platform',
    'rejected',
    ['contract.rejected'],
    'invalid_request',
  ],
  [
    'accepted',
    'unknown for an hour',
    UNCERTAIN,
    'system',
    'attention',
    ['contract.attention'],
    'creation_uncertain',
  ],
  ['accepted', 'cancelled', CANCELLED, 'client', 'cancelled', ['contract.cancelled']],
  ['accepted', 'the deadline', EXPIRED, 'deadline', 'expired', ['contract.expired']],
  ['draft', 'seen submitted', { type: 'published' }, 'platform', 'open', ['contract.published']],
  ['draft', 'gone', { type: 'draft_gone' }, 'platform', 'cancelled', ['contract.cancelled'], 'draft_deleted'],
  ['draft', 'cancelled', CANCELLED, 'client', 'cancelled', ['contract.cancelled']],
  ['draft', 'the deadline', EXPIRED, 'deadline', 'expired', ['contract.expired']],
  ['open', 'one signed', signed(1), 'signatory', 'open', ['signatory.signed']],
  [
    'open',
    'wrong code',
    { type: 'code_refused', signatoryId: 'sig_1', attemptsLeft: 4 },
    'signatory',
    'open',
    ['signatory.code_refused'],
  ],
  [
    'open',
    'the last wrong code',
    { type: 'code_refused', signatoryId: 'sig_1', attemptsLeft: 0 },
    'signatory',
    'open',
    ['signatory.code_refused', 'signatory.blocked'],
  ],
  [
    'open',
    'code sent',
    { type: 'code_sent', signatoryId: 'sig_1', smsSent: 1 },
    'client',
    'open',
    ['signatory.code_sent'],
  ],
  ['open', 'cancelled', CANCELLED, 'client', 'cancelled', ['contract.cancelled']],
  ['open', 'the deadline', EXPIRED, 'deadline', 'expired', ['contract.expired']],
  [
    'open',
    'seen cancelled',
    { type: 'cancelled', reason: 'cancelled_on_platform' },
    'platform',
    'cancelled',
    ['contract.cancelled'],
  ],
  [
    'open',
    'seen expired',
    { type: 'expired', reason: 'expired_on_platform' },
    'platform',
    'expired',
    ['contract.expired'],
  ],
  [
    'open',
    'the deadline is near',
    { type: 'deadline_near', hours: 72 },
    'deadline',
    'open',
    ['contract.deadline_approaching'],
    '72h',
  ],
  [
    'open',
    'unknown to the platform',
    { type: 'unknown_to_platform' },
    'platform',
    'attention',
    ['contract.attention'],
    'unknown_to_platform',
  ],
  [
    'signed',
    'proven',
    { type: 'proven', ...proof('passed') } as FactBody,
    'system',
    'completed',
    ['contract.completed'],
  ],
  [
    'signed',
    'undecided',
    { type: 'indeterminate', documents: [{ ...DOCUMENT, verification: 'indeterminate' }] },
    'system',
    'signed',
    [],
  ],
  [
    'signed',
    'undecided for a day',
    { type: 'retrieval_overdue', reason: 'indeterminate' },
    'system',
    'attention',
    ['contract.attention'],
    'indeterminate',
  ],
  ['signed', 'failed', FAILED, 'system', 'attention', ['document.verification_failed', 'contract.attention']],
  [
    'signed',
    'unknown to the platform',
    { type: 'unknown_to_platform' },
    'platform',
    'attention',
    ['contract.attention'],
  ],
  ['signed', 'cancelled', CANCELLED, 'client', 'signed', []],
  ['signed', 'the deadline', EXPIRED, 'deadline', 'signed', []],
  ['completed', 'cancelled', CANCELLED, 'client', 'completed', []],
  [
    'attention (creation)',
    'adopted',
    resolved({ action: 'adopt', platformId: 'p', signatoryPlatformIds: ['p1', 'p2'], submitted: true }),
    'operator',
    'open',
    ['contract.published'],
  ],
  [
    'attention (creation)',
    'never created',
    resolved({ action: 'never_created' }),
    'operator',
    'accepted',
    [],
  ],
  ['attention (creation)', 'looked at again', resolved({ action: 'look_again' }), 'operator', 'accepted', []],
  ['attention (cancel)', 'looked at again', resolved({ action: 'look_again' }), 'operator', 'open', []],
  [
    'attention (cancel)',
    'given up',
    resolved({ action: 'give_up' }),
    'operator',
    'cancelled',
    ['contract.cancelled'],
    'given_up',
  ],
  ['attention (cancel)', 'cancelled after all', CANCELLED, 'client', 'cancelled', ['contract.cancelled']],
  [
    'attention (verification)',
    'retrieved again',
    resolved({ action: 'retrieve_again' }),
    'operator',
    'signed',
    [],
  ],
  [
    'attention (verification)',
    'accepted as it is',
    resolved({ action: 'accept' }),
    'operator',
    'completed',
    ['contract.completed'],
    'accepted_by_operator',
  ],
  [
    'attention (verification)',
    'given up',
    resolved({ action: 'give_up' }),
    'operator',
    'cancelled',
    ['contract.cancelled'],
    'given_up',
  ],
  ['attention (verification)', 'the deadline', EXPIRED, 'deadline', 'attention', []],
];

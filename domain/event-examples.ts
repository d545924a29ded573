import { accountEventData, renderAccountEvent } from './account-events.js';
import { decide } from './contract/decide.js';
import type { Fact, FactBody } from './contract/facts.js';
import { initialState } from './contract/initial-state.js';
import type { Actor, ContractState } from './contract/state.js';
import { renderEvent, type ClientWords } from './event-body.js';
import type { EventDraft, EventType } from './events.js';

const at = '2026-12-01T09:00:00.000Z';
const SIGNATORIES = ['sig_01hzy3v9m8e4s8yq2m0rk7n5tc', 'sig_01hzy3v9m8e4s8yq2m0rk7n5tj'] as const;
const [FIRST, SECOND] = SIGNATORIES;
const DOCUMENT = 'doc_01hzy3v9m8e4s8yq2m0rk7n5td';
const ENDPOINT = 'whe_01hzy3v9m8e4s8yq2m0rk7n5tf';
const KEY = 'key_01hzy3v9m8e4s8yq2m0rk7n5tg';
const SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const WORDS: ClientWords = {
  reference: 'HR-2026-0042',
  metadata: { department: 'sales' },
  signatoryReferences: { [FIRST]: 'emp-881' },
  askedReason: 'position withdrawn',
};

const file = { size: 48_211, sha256: SHA256, pages: 2 };
const accepted = initialState(
  {
    id: 'ctr_01hzy3v9m8e4s8yq2m0rk7n5tb',
    clientId: '',
    connectionId: '',
    environment: 'sandbox',
    action: 'submit',
    deadline: '2026-12-24T22:59:59.000Z',
    limits: { sms: 5, attempts: 5, refuseSms: true },
    signatories: SIGNATORIES.map((id) => ({ id, deposit: null })),
    documents: [{ id: DOCUMENT, kind: 'main', ...file }],
  },
  at,
);

const fact = (by: Actor, body: FactBody): Fact => ({ ...body, at, by });
const created = (submitted: boolean): Fact =>
  fact('system', { type: 'created', platformId: '48213', submitted, signatoryPlatformIds: ['1', '2'] });
const signed = (signatoryId: string): Fact => fact('signatory', { type: 'signatory_signed', signatoryId });
const documents = (verification: 'passed' | 'failed') => [
  { id: DOCUMENT, size: 61_204, sha256: SHA256, verification },
];
const refused = [4, 3, 2, 1, 0].map((attemptsLeft) =>
  fact('signatory', { type: 'code_refused', signatoryId: FIRST, attemptsLeft }),
);
const allSigned = [created(true), signed(FIRST), signed(SECOND)];

/** Lives of a contract in which every kind of event happens, the commonest first. */
const LIVES: Fact[][] = [
  [
    created(true),
    fact('client', { type: 'code_sent', signatoryId: FIRST, smsSent: 1 }),
    ...refused.slice(0, 1),
    signed(FIRST),
    signed(SECOND),
    fact('system', { type: 'proven', documents: documents('passed') }),
  ],
  [created(false), fact('client', { type: 'cancelled', reason: 'client_request' })],
  [
    created(true),
    fact('deadline', { type: 'deadline_near', hours: 72 }),
    fact('deadline', { type: 'expired', reason: 'deadline' }),
  ],
  [fact('platform', { type: 'refused', code: 'invalid_mobile' })],
  [created(true), ...refused],
  [
    ...allSigned,
    fact('system', {
      type: 'verification_failed',
      documents: documents('failed'),
      reason: 'digest_mismatch',
    }),
  ],
];

/** What an event of a type looks like: made by the code that makes events, from facts and ids that are made up. */
export function exampleEvent(type: EventType): object {
  return EXAMPLES.get(type) ?? {};
}

const EXAMPLES = new Map<EventType, object>(
  [...LIVES.flatMap(play), ...personEvents(), ...accountEvents()].reverse(),
);

/** The events of one life with their bodies. */
function play(life: Fact[]): [EventType, object][] {
  const first = { sequence: 1, occurredAt: at, status: 'accepted', previousStatus: null, signed: 0 } as const;
  const start = draftOf({ ...first, type: 'contract.accepted', actor: 'client' });
  const told: [EventType, object][] = [['contract.accepted', render(accepted, start)]];
  let state = accepted;
  for (const one of life) {
    const decision = decide(state, one, at);
    state = decision.state;
    for (const draft of decision.events) told.push([draft.type, render(state, draft)]);
  }
  return told;
}

function personEvents(): [EventType, object][] {
  const types = ['person.rectified', 'person.erased', 'person.restricted'] as const;
  const seen = { sequence: 8, occurredAt: at, status: 'completed', previousStatus: null, signed: 2 } as const;
  return types.map((type) => {
    const draft = draftOf({ ...seen, type, actor: 'operator', signatoryId: FIRST });
    return [type, render(accepted, draft)];
  });
}

function draftOf(
  draft: Omit<EventDraft, 'reason' | 'signatoryId' | 'documents'> & Partial<EventDraft>,
): EventDraft {
  return { reason: null, signatoryId: null, documents: [], ...draft };
}

function render(state: ContractState, draft: EventDraft): object {
  return renderEvent('evt_01hzy3v9m8e4s8yq2m0rk7n5te', state, draft, WORDS, at);
}

function accountEvents(): [EventType, object][] {
  const { test, disabled, quota, platform, outages, key } = accountEventData;
  const outage = {
    from: '2026-12-06T01:00:00.000Z',
    to: '2026-12-06T02:00:00.000Z',
    reason: 'Newer PostgreSQL',
  };
  const data: [EventType, object][] = [
    ['webhook.test', test(ENDPOINT)],
    ['webhook.disabled', disabled(ENDPOINT, 'gone', at)],
    ['quota.low', quota(801, 1_000)],
    ['quota.exhausted', quota(1_000, 1_000)],
    ['platform.unavailable', platform()],
    ['platform.recovered', platform()],
    ['service.outages_planned', outages([outage])],
    ['key.expiring', key(KEY, '2026-12-15T09:00:00.000Z')],
  ];
  const shared = {
    id: 'evt_01hzy3v9m8e4s8yq2m0rk7n5te',
    environment: 'sandbox',
    occurredAt: at,
    observedAt: at,
  } as const;
  return data.map(([type, members]) => [type, renderAccountEvent({ ...shared, type, data: members })]);
}

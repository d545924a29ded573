import fc from 'fast-check';
import { decide } from '../../domain/contract/decide.js';
import type { Fact, FactBody } from '../../domain/contract/facts.js';
import { initialState } from '../../domain/contract/initial-state.js';
import type { Actor, ContractState } from '../../domain/contract/state.js';
import { isOver } from '../../domain/contract/state.js';
import type { EventDraft } from '../../domain/events.js';

const AT = '2026-12-01T10:00:00.000Z';
const FINAL = ['contract.completed', 'contract.cancelled', 'contract.expired', 'contract.rejected'];
const PEOPLE = ['sig_1', 'sig_2', 'sig_3'];

function accepted(people: number, action: 'submit' | 'save'): ContractState {
  return initialState(
    {
      id: 'ctr_1',
      clientId: 'cli_1',
      connectionId: 'con_1',
      environment: 'production',
      action,
      deadline: '2026-12-24T22:59:59.000Z',
      limits: { sms: 5, attempts: 5, refuseSms: true },
      signatories: PEOPLE.slice(0, people).map((id) => ({ id, deposit: null })),
      documents: [{ id: 'doc_1', kind: 'main', size: 1, sha256: 'a', pages: 1 }],
    },
    AT,
  );
}

const person = fc.constantFrom(...PEOPLE);
const document = fc
  .constantFrom('passed', 'indeterminate', 'failed')
  .map((verification) => ({ id: 'doc_1', size: 2, sha256: 'b', verification }) as const);
const ids = ['p1', 'p2', 'p3'];
const counts = fc.record({
  signatoryId: person,
  smsSent: fc.nat(6),
  attemptsLeft: fc.nat(5),
  depositPaidAt: fc.constant(null),
});
const resolution = fc.constantFrom(
  { action: 'adopt', platformId: 'p', signatoryPlatformIds: ids, submitted: true } as const,
  { action: 'never_created' } as const,
  { action: 'look_again' } as const,
  { action: 'retrieve_again' } as const,
  { action: 'accept' } as const,
  { action: 'give_up' } as const,
  { action: 'give_up', leftBehind: true } as const,
);
const body: fc.Arbitrary<FactBody> = fc.oneof(
  fc.boolean().map((submitted): FactBody => ({
    type: 'created',
    platformId: 'p',
    submitted,
    signatoryPlatformIds: ids,
  })),
  fc.constantFrom<FactBody>(
    { type: 'refused', code: 'invalid_request' },
    { type: 'creation_uncertain' },
    { type: 'published' },
    { type: 'draft_gone' },
    { type: 'cancelled', reason: null },
    { type: 'expired', reason: 'deadline' },
    { type: 'deadline_near', hours: 72 },
    { type: 'deadline_near', hours: 24 },
    { type: 'unknown_to_platform' },
    { type: 'outcome_uncertain', deed: 'sms' },
    { type: 'retrieval_overdue', reason: 'not_retrieved' },
  ),
  fc
    .record({ signatoryId: person, smsSent: fc.integer({ min: 1, max: 6 }) })
    .map((more): FactBody => ({ type: 'code_sent', ...more })),
  fc
    .record({ signatoryId: person, attemptsLeft: fc.nat(4) })
    .map((more): FactBody => ({ type: 'code_refused', ...more })),
  {
    weight: 4,
    arbitrary: person.map((signatoryId): FactBody => ({ type: 'signatory_signed', signatoryId })),
  },
  counts.map((one): FactBody => ({ type: 'counts_seen', counts: [one] })),
  document.map((one): FactBody => ({ type: 'proven', documents: [one] })),
  document.map((one): FactBody => ({ type: 'verification_failed', documents: [one], reason: 'x' })),
  document.map((one): FactBody => ({ type: 'indeterminate', documents: [one] })),
  resolution.map((one): FactBody => ({ type: 'resolved', resolution: one })),
);
const actor = fc.constantFrom<Actor>('client', 'signatory', 'platform', 'deadline', 'operator', 'system');
const fact: fc.Arbitrary<Fact> = fc.tuple(body, actor).map(([one, by]) => ({ ...one, at: AT, by }));
const life = fc.record({
  people: fc.integer({ min: 1, max: 3 }),
  action: fc.constantFrom('submit' as const, 'save' as const),
  facts: fc.array(fact, { maxLength: 40 }),
});

/** Everything that is announced in a life, with the states that it leads through. */
function live({ people, action, facts }: { people: number; action: 'submit' | 'save'; facts: Fact[] }): {
  told: EventDraft[];
  states: ContractState[];
} {
  const states = [accepted(people, action)];
  const told: EventDraft[] = [];
  for (const one of facts) {
    const { state, events } = decide(states.at(-1)!, one, AT);
    states.push(state);
    told.push(...events);
  }
  return { told, states };
}

/** Holds for every life; the runner prints the seed where it does not. */
function always(holds: (told: EventDraft[], states: ContractState[], people: number) => void): void {
  fc.assert(
    fc.property(life, (one) => {
      const { told, states } = live(one);
      holds(told, states, one.people);
    }),
    { numRuns: 3_000 },
  );
}

test('event numbers have no gap, whatever happens', () => {
  always((told, states) => {
    expect(told.map((event) => event.sequence)).toEqual(told.map((_event, index) => index + 2));
    expect(states.at(-1)!.sequence).toBe(told.length + 1);
  });
});

test('an end is announced exactly once, and nothing after it', () => {
  always((told, states) => {
    const ends = told.filter((event) => FINAL.includes(event.type));
    expect(ends.length).toBe(isOver(states.at(-1)!) ? 1 : 0);
    if (ends.length > 0) expect(told.at(-1)).toBe(ends[0]);
  });
});

test('a contract that is over stays as it is', () => {
  always((_told, states) => {
    const first = states.findIndex((state) => isOver(state));
    if (first >= 0) expect(new Set(states.slice(first).map((state) => state.status)).size).toBe(1);
  });
});

test('completed is said only of what is signed, and proven or accepted by an operator', () => {
  always((told, states) => {
    const completed = told.find((event) => event.type === 'contract.completed');
    if (completed === undefined) return;
    const last = states.at(-1)!;
    expect(told.some((event) => event.type === 'contract.signed')).toBe(true);
    const proven = last.documents.every((one) => one.signed?.verification === 'passed');
    expect(proven || completed.reason === 'accepted_by_operator').toBe(true);
  });
});

test('signed is said once, after everybody has signed', () => {
  always((told, _states, people) => {
    const signed = told.filter((event) => event.type === 'contract.signed');
    expect(signed.length).toBeLessThanOrEqual(1);
    if (signed.length === 0) return;
    const before = told.slice(0, told.indexOf(signed[0]!));
    expect(before.filter((event) => event.type === 'signatory.signed')).toHaveLength(people);
  });
});

test('a fact that is told twice changes nothing the second time', () => {
  fc.assert(
    fc.property(life, fact, (one, again) => {
      // An operator's decision is a command, and a new look at counts or documents may say more.
      fc.pre(again.type !== 'resolved');
      const { states } = live(one);
      const once = decide(states.at(-1)!, again, AT);
      const twice = decide(once.state, again, AT);
      expect([
        twice.changed &&
          again.type !== 'draft_gone' &&
          again.type !== 'cancelled' &&
          again.type !== 'expired',
        twice.events,
      ]).toEqual([false, []]);
    }),
    { numRuns: 3_000 },
  );
});

test('counts never sink and never pass what the limits allow', () => {
  always((_told, states) => {
    const faults = states.flatMap(({ signatories }, index) =>
      signatories.filter((signatory, at) => {
        const before = states[index - 1]?.signatories[at] ?? { smsSent: 0, failures: 0 };
        const { smsSent, failures } = signatory;
        return !(failures <= 5 && smsSent >= before.smsSent && failures >= before.failures);
      }),
    );
    expect(faults).toEqual([]);
  });
});

test('the version grows with each change and only then', () => {
  always((_told, states) => {
    const steps = states.slice(1).map((state, index) => ({ state, before: states[index]! }));
    const faults = steps.filter(
      ({ state, before }) => state.version - before.version !== (state === before ? 0 : 1),
    );
    expect(faults).toEqual([]);
  });
});

test('only the platform’s own end lets a draft go that was ended here', () => {
  const created = { type: 'created', platformId: 'p', submitted: false, signatoryPlatformIds: ids } as const;
  const draft = decide(accepted(1, 'save'), { ...created, at: AT, by: 'system' }, AT).state;
  const ended = (state: ContractState, by: Actor): ContractState =>
    decide(state, { type: 'cancelled', reason: null, at: AT, by }, AT).state;
  const cancelled = ended(draft, 'client');
  expect(cancelled).toMatchObject({ status: 'cancelled', draftLeftBehind: true });
  expect(ended(cancelled, 'client').draftLeftBehind).toBe(true);
  expect(ended(cancelled, 'platform').draftLeftBehind).toBe(false);
});

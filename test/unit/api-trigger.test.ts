import fc from 'fast-check';
import { deadlineInstant } from '../../domain/deadline.js';
import { limitContract, limitEvent } from '../../domain/field-limits.js';
import { trigger } from '../../domain/schemas/trigger.js';

const word = (max: number) =>
  fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: max }).filter((text) => text.trim() !== '');
const signatory = fc.record(
  {
    firstName: word(100),
    lastName: word(100),
    email: fc.constantFrom('camille@example.org', 'sacha@example.com'),
    mobile: fc.constantFrom('+33 6 39 98 00 01', '06 39 98 00 02', '+32 470 12 34 56'),
    reference: word(100),
    deposit: fc.record({ amount: fc.integer({ min: 1, max: 100_000_000 }), currency: fc.constant('EUR') }),
  },
  { requiredKeys: ['firstName', 'lastName', 'email', 'mobile'] },
);
const right = fc.record(
  {
    reference: word(100),
    label: word(180),
    language: fc.constantFrom('fr', 'en'),
    deadline: fc.constantFrom('2030-12-24', '2030-12-24T10:00:00Z', '2030-12-24T10:00:00.5+02:00'),
    documents: fc.array(fc.constant({ name: 'a.pdf', content: 'AAAA' }), { minLength: 1, maxLength: 10 }),
    annexes: fc.array(fc.constant({ name: 'a.pdf', documentId: 'doc_01hzy3v9m8e4s8yq2m0rk7n5tb' }), {
      maxLength: 10,
    }),
    signatories: fc.array(signatory, { minLength: 1, maxLength: 50 }),
    notify: fc.record(
      { signatories: fc.boolean(), owner: fc.boolean(), message: word(2000) },
      { requiredKeys: [] },
    ),
    metadata: fc.dictionary(fc.constantFrom('a', 'b', 'department'), word(200), { maxKeys: 20 }),
  },
  { requiredKeys: ['label', 'deadline', 'documents', 'signatories'] },
);

test('Whatever is as documented passes, and what is missing gets its default', () => {
  fc.assert(
    fc.property(right, (value) => {
      const parsed = trigger.parse(value);
      expect(parsed).toMatchObject({ language: value.language ?? 'fr', action: 'submit' });
      expect(parsed.notify).toMatchObject({
        signatories: value.notify?.signatories ?? true,
        owner: value.notify?.owner ?? true,
      });
      for (const { mobile } of parsed.signatories) expect(mobile).toMatch(/^\+\d{8,15}$/);
    }),
  );
});

test('One unknown member anywhere is refused, and named', () => {
  const places = ['', 'signatories/0', 'documents/0', 'notify'] as const;
  fc.assert(
    fc.property(right, fc.constantFrom(...places), (value, place) => {
      const copy = structuredClone<Record<string, unknown>>({ notify: {}, ...value });
      let target: Record<string, unknown> = copy;
      for (const part of place.split('/').filter(Boolean)) target = target[part] as Record<string, unknown>;
      target['stranger'] = 1;
      const result = trigger.safeParse(copy);
      expect(result.success).toBe(false);
      const issue = result.error?.issues.find((one) => one.code === 'unrecognized_keys');
      expect(issue).toMatchObject({ keys: ['stranger'] });
    }),
  );
});

test('No JSON makes the schema throw', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => expect(() => trigger.safeParse(value)).not.toThrow()));
});

test('A date is the last second of that day there, whatever the clocks do', () => {
  const days = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
  const zones = fc.constantFrom(
    'Europe/Paris',
    'America/New_York',
    'Asia/Kolkata',
    'Pacific/Auckland',
    'UTC',
  );
  fc.assert(
    fc.property(days, zones, (day, timeZone) => {
      const text = day.toISOString().slice(0, 10);
      const shown = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
      expect(shown.format(deadlineInstant(text, timeZone))).toBe(`${text} 23:59:59`);
    }),
  );
});

test('The last of all days ends within its year wherever it is: other years cannot be written', () => {
  for (const timeZone of ['America/Guadeloupe', 'UTC', 'Europe/Paris'])
    expect(deadlineInstant('9999-12-31', timeZone).toISOString()).toMatch(/^9999-12-31T2[23]:59:59/);
});

test('A limited contract has the named members and its id, never more', () => {
  const contract = {
    id: 'c',
    label: 'l',
    status: 'open',
    signatories: [{ id: 's', email: 'e', status: 'pending' }],
  };
  expect(limitContract(contract, null)).toBe(contract);
  expect(limitContract(contract, [])).toEqual({ id: 'c' });
  expect(limitContract(contract, ['signatories'])).toEqual({ id: 'c', signatories: contract.signatories });
  expect(limitContract(contract, ['signatories.status'])).toEqual({
    id: 'c',
    signatories: [{ id: 's', status: 'pending' }],
  });
});

test('A limited event keeps what an event is, and limits what it is about', () => {
  const event = {
    id: 'e',
    type: 'signatory.signed',
    data: {
      contract: { id: 'c', reference: 'r', status: 'open' },
      signatory: { id: 's', reference: 'p' },
      actor: 'signatory',
    },
  };
  expect(limitEvent(event, ['status'])).toEqual({
    id: 'e',
    type: 'signatory.signed',
    data: { contract: { id: 'c', status: 'open' }, actor: 'signatory' },
  });
});

import { checkTrail, type Trail, type TrailEntry } from '../../adapters/signature/verify/check-trail.js';
import { checkTrailPage } from '../../adapters/signature/verify/check-trail-page.js';
import { readDateTimes } from '../../adapters/signature/verify/read-date-times.js';
import { verdictOf } from '../../adapters/signature/verify/reason.js';

const entry = (at: string, event: string, who: string | null = null): TrailEntry => ({
  at: `2026-06-01T${at}Z`,
  event,
  signatoryPlatformId: who,
});
const GOOD = [
  entry('09:00:00', 'created'),
  entry('09:00:01', 'submitted'),
  entry('09:30:00', 'sms_sent', 's1'),
  entry('10:00:00', 'signed', 's1'),
  entry('11:00:00', 'signed', 's2'),
  entry('11:00:00', 'completed'),
];
const TIMES = {
  sealedAt: new Date('2026-06-01T11:00:05Z'),
  notBefore: new Date('2026-06-01T08:55:00Z'),
  now: new Date('2026-06-01T12:00:00Z'),
};
const trailOf = (entries: readonly TrailEntry[], s1: string | null = '2026-06-01T10:00:00Z'): Trail => ({
  entries,
  signatories: [
    { platformId: 's1', signedAt: s1 },
    { platformId: 's2', signedAt: '2026-06-01T11:00:00Z' },
  ],
});
const without = (event: string): TrailEntry[] => GOOD.filter((one) => one.event !== event);
const codesOf = (trail: Trail, times = TIMES): string[] => checkTrail(trail, times).map(({ code }) => code);

describe('the audit trail', () => {
  it.each<[string, Trail]>([
    ['with everybody’s signature', trailOf(GOOD)],
    ['in any order', trailOf(GOOD.toReversed())],
    ['without an entry that says completed', trailOf(without('completed'))],
    ['without the creation', trailOf(without('created'))],
    [
      'that notes its mails and its end after the seal',
      trailOf([...GOOD, entry('11:40:00', 'notified', 's1')]),
    ],
    ['with a signature for each document', trailOf([...GOOD, entry('11:00:00', 'signed', 's1')])],
    ['whose detail gives no signing time', trailOf(GOOD, null)],
    [
      'within the clocks’ skew of the seal',
      trailOf([...without('completed'), entry('11:04:00', 'signed', 's2')]),
    ],
  ])('%s agrees', (_name, trail) => {
    expect(codesOf(trail)).toEqual([]);
  });

  it.each<[string, Trail, string, string]>([
    [
      'lacks a signature',
      trailOf(GOOD.filter((one) => one.signatoryPlatformId !== 's2')),
      'trail-incomplete',
      'INDETERMINATE',
    ],
    [
      'lacks who signed',
      trailOf(GOOD.map((one) => ({ ...one, signatoryPlatformId: null }))),
      'trail-incomplete',
      'INDETERMINATE',
    ],
    ['is empty', trailOf([]), 'trail-incomplete', 'INDETERMINATE'],
    [
      'has a time that is none',
      trailOf([...GOOD, { ...GOOD[0]!, at: 'hier' }]),
      'trail-unreadable',
      'INDETERMINATE',
    ],
    [
      'names a time to come',
      trailOf([...GOOD, entry('12:06:00', 'notified')]),
      'trail-in-future',
      'INDETERMINATE',
    ],
    [
      'was cancelled before',
      trailOf([...GOOD, entry('09:20:00', 'cancelled')]),
      'trail-ended',
      'TOTAL-FAILED',
    ],
    ['expired afterwards', trailOf([...GOOD, entry('11:30:00', 'expired')]), 'trail-ended', 'TOTAL-FAILED'],
    [
      'was signed by a stranger',
      trailOf([...GOOD, entry('10:30:00', 'signed', 's3')]),
      'trail-other-signatory',
      'TOTAL-FAILED',
    ],
    [
      'was signed before it was created',
      trailOf([entry('10:00:01', 'created'), ...without('created')]),
      'trail-order',
      'TOTAL-FAILED',
    ],
    [
      'was signed before it was submitted',
      trailOf([entry('10:30:00', 'submitted'), ...without('submitted')]),
      'trail-order',
      'TOTAL-FAILED',
    ],
    [
      'was signed before it was deposited',
      trailOf([
        ...without('created').filter(({ event }) => event !== 'submitted'),
        entry('08:50:00', 'signed', 's1'),
      ]),
      'trail-order',
      'TOTAL-FAILED',
    ],
    [
      'was signed after it was completed',
      trailOf([...without('completed'), entry('10:30:00', 'completed')]),
      'trail-order',
      'TOTAL-FAILED',
    ],
    [
      'was signed after the seal',
      trailOf([...GOOD, entry('11:20:00', 'signed', 's2')]),
      'trail-after-seal',
      'TOTAL-FAILED',
    ],
    [
      'has a code refused after the seal',
      trailOf([...GOOD, entry('11:20:00', 'code_refused', 's2')]),
      'trail-after-seal',
      'TOTAL-FAILED',
    ],
    [
      'has a deposit paid after the seal',
      trailOf([...GOOD, entry('11:20:00', 'deposit_paid', 's2')]),
      'trail-after-seal',
      'TOTAL-FAILED',
    ],
    [
      'has another time than the detail',
      trailOf(GOOD, '2026-06-01T10:06:00Z'),
      'trail-signing-time',
      'TOTAL-FAILED',
    ],
  ])('that %s is refused', (_name, trail, code, verdict) => {
    const reasons = checkTrail(trail, TIMES);
    expect(reasons.map((one) => one.code)).toContain(code);
    expect(verdictOf(reasons).verdict).toBe(verdict);
  });
});

describe('the details page', () => {
  const NAMES = ['Camille Dubois', 'Léo Martin'];
  const page = (camille: string, more = '', form = 'Scellé le 01/06/2026 à 11:00:05 UTC'): string =>
    `Détails\r\n${form}\r\nCamille Dubois camille@example.org ${camille}\r\nLéo Martin leo@example.org 01/06/2026 à 11:00:00 UTC\r\n${more}`;
  const codes = (text: string): string[] =>
    checkTrailPage(text, NAMES, trailOf(GOOD)).map(({ code }) => code);

  it.each([
    ['01/06/2026 à 10:00:00 UTC'],
    ['01/06/2026 12:00 CEST'],
    ['1er juin 2026 à 12h00'],
    ['2026-06-01T10:00:00.000Z'],
    ['2026-06-01 12:00:00 +02:00'],
    ['(date not shown)'],
  ])('that tells %s agrees', (camille) => {
    expect(codes(page(camille))).toEqual([]);
  });

  it('that tells another time is refused', () => {
    expect(codes(page('01/06/2026 à 13:30:00 UTC'))).toEqual(['trail-signing-time']);
    expect(codes(page('02/06/2026 à 10:00:00 UTC'))).toEqual(['trail-signing-time']);
  });

  it('is not judged where none of its times is the trail’s: it may be written in another way', () => {
    const text = 'Camille Dubois 2026-06-01 05:00 (GMT-5)\nLéo Martin 2026-06-01 06:00 (GMT-5)';
    expect(codes(text)).toEqual([]);
  });

  it('may name a signatory beside other events of the trail too', () => {
    expect(
      codes(page('01/06/2026 à 10:00:00 UTC', '01/06/2026 à 09:30:00 UTC SMS à Camille Dubois')),
    ).toEqual([]);
  });
});

test('dates without a time of day, numbers and versions are no signing times', () => {
  expect(readDateTimes('né le 12/03/1990, version 2026.06.01, 10:00, 0612345678, 1990-03-12')).toEqual([]);
});

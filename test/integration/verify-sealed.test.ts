import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { verifyDocument, type VerifyInput } from '../../adapters/signature/verify-document.js';
import type { SealInput, TrustedSealer } from '../../local/twin/sealer.js';
import { createSealer } from '../../local/twin/seal/sealer.js';
import { tamper } from '../../local/twin/seal/tamper.js';

const AT = new Date('2026-06-01T12:00:00Z');
const PEOPLE = [
  {
    id: 's1',
    firstName: 'Camille',
    lastName: 'Dubois',
    email: 'camille@example.org',
    signedAt: AT.toISOString(),
  },
  {
    id: 's2',
    firstName: 'Élise',
    lastName: "d'Offémont",
    email: 'elise@example.org',
    signedAt: AT.toISOString(),
  },
];

let home: string;
let sealer: TrustedSealer;
let document: Buffer;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'paraphe-seal-'));
  sealer = await createSealer({ home, now: () => AT });
  document = await readFile(join(__dirname, '../../local/demo/contrat-de-travail.pdf'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const order = (more: Partial<SealInput> = {}): SealInput => ({
  document,
  name: 'contrat.pdf',
  contract: { id: 'c-1234', label: 'Contrat de travail 17', language: 'fr' },
  signatories: PEOPLE,
  events: [{ at: AT.toISOString(), event: 'signed', detail: 'all have signed' }],
  at: AT,
  watermark: true,
  ...more,
});

const expectations = (signed: Uint8Array): VerifyInput => ({
  signed,
  original: document,
  signatories: ['Camille Dubois', "Élise D'OFFÉMONT"],
  texts: ['Contrat de travail 17', 'c-1234'],
  namedOn: 'details',
  allowStamps: ['TEST'],
  minimumLevel: 'B-T',
  signatures: 1,
  signerTrust: [sealer.signerTrustPem],
  tsaTrust: [sealer.tsaTrustPem],
  at: new Date('2026-06-02T00:00:00Z'),
});

describe("what the twin's seal makes", () => {
  it('passes as the contract that was deposited, at level B-T', async () => {
    const report = await verifyDocument(expectations(await sealer.seal(order())));
    expect(report.reasons).toEqual([]);
    expect(report).toMatchObject({ verdict: 'TOTAL-PASSED', level: 'B-T' });
    expect(report.signatures[0]?.time).toBe(AT.toISOString());
  });

  it('does not pass with a stamp that production does not allow', async () => {
    const report = await verifyDocument({ ...expectations(await sealer.seal(order())), allowStamps: [] });
    expect(report.reasons).toContainEqual(expect.objectContaining({ code: 'page-text', page: 1 }));
  });

  it('does not pass for people who are not named on the details page', async () => {
    const signed = await sealer.seal(order({ signatories: PEOPLE.slice(0, 1) }));
    const report = await verifyDocument(expectations(signed));
    expect(report.reasons).toEqual([expect.objectContaining({ code: 'signatory-missing' })]);
  });

  it.each([
    ['agrees with', AT.toISOString(), []],
    ['contradicts', '2026-06-01T11:30:00Z', ['trail-signing-time']],
  ])('%s its details page by the audit trail’s signing times', async (_, at, codes) => {
    const signedAt = [at, AT.toISOString()];
    const trail = {
      entries: signedAt.map((one, n) => ({ at: one, event: 'signed', signatoryPlatformId: `s${n + 1}` })),
      signatories: signedAt.map((one, n) => ({ platformId: `s${n + 1}`, signedAt: one })),
    };
    const report = await verifyDocument({ ...expectations(await sealer.seal(order())), trail });
    expect(report.reasons.map(({ code }) => code)).toEqual(codes);
  });

  it.each(['flipped-byte', 'changed-page', 'truncated'] as const)(
    'does not pass once tampered with: %s',
    async (kind) => {
      const report = await verifyDocument(expectations(await tamper(await sealer.seal(order()), kind)));
      expect(report.verdict).toBe('TOTAL-FAILED');
    },
  );
});

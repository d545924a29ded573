import { verifyDocument, type VerifyInput } from '../../adapters/signature/verify-document.js';
import { corpusSignatures } from '../support/signature-corpus.js';

const SEAL = 'Corpus Platform Seal';
const SECOND = 'Corpus Second Seal';

/** What is said of a file of the corpus that is asked something else than it was made for. */
async function codesOf(name: string, asked: Partial<VerifyInput>): Promise<string[]> {
  const report = await verifyDocument({ ...corpusSignatures(name), ...asked });
  expect(report.verdict).toBe(report.reasons.length === 0 ? 'TOTAL-PASSED' : 'TOTAL-FAILED');
  return report.reasons.map(({ code }) => code);
}

describe('what a contract asks of its signatures', () => {
  it.each<[string, string, Partial<VerifyInput>, string[]]>([
    ['a signer too few', 'bt', { expectedSigners: [SEAL, SECOND] }, ['wrong-signer']],
    ['a signer too many', 'two-signatures', { expectedSigners: [SEAL] }, ['wrong-signer']],
    ['the same signers in another order', 'two-signatures', { expectedSigners: [SECOND, SEAL] }, []],
    ['signers that nobody named', 'two-signatures', { expectedSigners: [] }, []],
    ['a signature too many', 'two-signatures', { signatures: 1 }, ['wrong-signature-count']],
    ['no timestamp', 'bb', { minimumLevel: 'B-T' }, ['timestamp-missing']],
    ['no timestamp, and none asked for', 'bb', { minimumLevel: 'B-B' }, []],
    ['a level too low', 'bt', { minimumLevel: 'B-LT' }, ['level-too-low']],
    ['another level too low', 'blt', { minimumLevel: 'B-LTA' }, ['level-too-low']],
    ['more than the level', 'blta', { minimumLevel: 'B-LT' }, []],
    [
      'signed a second too early',
      'bt',
      { notBefore: new Date('2026-06-01T12:00:01Z') },
      ['signed-too-early'],
    ],
    ['signed when it was deposited', 'bt', { notBefore: new Date('2026-06-01T12:00:00Z') }, []],
  ])('%s', async (_name, file, asked, codes) => {
    expect(await codesOf(file, asked)).toEqual(codes);
  });

  it('a file of just the size that is looked at, and one byte more', async () => {
    const { length } = corpusSignatures('bt').signed;
    expect(await codesOf('bt', { maxBytes: length })).toEqual([]);
    expect(await codesOf('bt', { maxBytes: length - 1 })).toEqual(['too-large']);
  });
});

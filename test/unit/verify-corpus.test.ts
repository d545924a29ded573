import { verifyDocument } from '../../adapters/signature/verify-document.js';
import { corpusInput, readCorpus } from '../support/signature-corpus.js';

const SEVERITY = ['TOTAL-PASSED', 'INDETERMINATE', 'TOTAL-FAILED'];
const corpus = readCorpus();

describe('the corpus of signed files', () => {
  it('holds valid files at each level and at least 100 attacks', () => {
    const valid = corpus.filter((one) => one.verdict === 'TOTAL-PASSED');
    expect(new Set(valid.map((one) => one.level))).toEqual(new Set(['B-B', 'B-T', 'B-LT', 'B-LTA']));
    expect(corpus.length - valid.length).toBeGreaterThanOrEqual(100);
  });

  it.each(corpus.map((one) => [one.name, one] as const))('%s gets its verdict and reason', async (_, one) => {
    const report = await verifyDocument(corpusInput(one));
    const codes = report.reasons.map((reason) => reason.code as string);
    expect(report).toMatchObject({ verdict: one.verdict });
    if (one.codes.length > 0)
      expect(codes).toContainEqual(expect.stringMatching(`^(${one.codes.join('|')})$`));
    else expect(codes).toEqual([]);
    if (one.level) expect(report.level).toBe(one.level);
  });

  it.each(corpus.map((one) => [one.name, one] as const))(
    '%s is not judged milder than by pyHanko',
    (_, one) => {
      const theirs = SEVERITY.indexOf(one.pyhanko.verdict ?? 'TOTAL-PASSED');
      expect(SEVERITY.indexOf(one.verdict)).toBeGreaterThanOrEqual(theirs);
    },
  );
});

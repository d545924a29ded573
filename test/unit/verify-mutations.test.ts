import { verifyDocument } from '../../adapters/signature/verify-document.js';
import type { VerificationReport } from '../../adapters/signature/verify/report.js';
import { openPdf } from '../../pdf/index.js';
import { createRandom, mutate } from '../support/mutations.js';
import { corpusFile, corpusInput, readCorpus, type CorpusCase } from '../support/signature-corpus.js';

/** MUTATIONS=10000 SEED=7 npx jest test/unit/verify-mutations runs the long version. */
const COUNT = Number(process.env['MUTATIONS'] ?? 300);
const SEED = Number(process.env['SEED'] ?? 1);
const NAMES = ['bt', 'blta', 'two-signatures', 'object-streams', 'bb-openssl-cms'];

const cases = readCorpus().filter((one) => NAMES.includes(one.name));

/** Everything that the verdict rests on; the deposited pages are left out so that nothing hides a miss. */
const verify = (one: CorpusCase, signed: Buffer): Promise<VerificationReport> => {
  const { original: _, signatories: _names, texts: _texts, ...input } = corpusInput(one);
  return verifyDocument({ ...input, signed });
};

const facts = ({ signatures, level, pages }: VerificationReport): unknown => ({
  level,
  pages,
  signatures: signatures.map(({ signer, time, timestampAuthority, revision, coversWholeFile }) => {
    return { signer, time, timestampAuthority, revision, coversWholeFile };
  }),
});

/** What signatures cover: everything up to the end of the last signed revision but every `/Contents <…>`. */
function signedBytes(file: Buffer, report: VerificationReport): string {
  const last = Math.max(...report.signatures.map((signature) => signature.revision));
  const end = openPdf(file).revisions()[last - 1]?.end;
  const text = file.subarray(0, end).toString('latin1');
  return text.replaceAll(/\/Contents\s*<[0-9A-Fa-f\s]{4000,}>/g, '/Contents <>');
}

describe('mutated files', () => {
  it(`do not pass, ${COUNT} of them from seed ${SEED}`, async () => {
    const random = createRandom(SEED);
    const verdicts: Record<string, number> = {};
    const untouched = new Map<string, VerificationReport>();
    for (const one of cases) untouched.set(one.name, await verify(one, corpusFile(`${one.name}.pdf`)));
    for (let i = 0; i < COUNT; i++) {
      const one = cases[i % cases.length] as CorpusCase;
      const original = corpusFile(`${one.name}.pdf`);
      const changed = mutate(original, random);
      const report = await verify(one, changed);
      verdicts[report.verdict] = (verdicts[report.verdict] ?? 0) + 1;
      expect(report.reasons.filter((reason) => reason.code === 'internal-error')).toEqual([]);
      if (report.verdict !== 'TOTAL-PASSED') continue;
      // Bytes that nothing signs (in /Contents: hex case, padding, further certificates; after the last signature:
      // validation data) may change, but no signed byte and nothing that is reported may differ.
      const before = untouched.get(one.name) as VerificationReport;
      expect(signedBytes(changed, report)).toBe(signedBytes(original, before));
      expect(facts(report)).toEqual(facts(before));
    }
    expect(verdicts['TOTAL-FAILED']).toBeGreaterThan(COUNT * 0.8);
  }, 3_600_000);
});

import { join } from 'node:path';

import { createThreadVerifier, type ThreadVerifierDeps } from '../../adapters/signature/verify-in-thread.js';
import type { VerifyInput } from '../../adapters/signature/verify-document.js';
import { corpusFile, corpusInput, readCorpus } from '../support/signature-corpus.js';

const caseOf = (name: string): VerifyInput => {
  const one = readCorpus().find((item) => item.name === name);
  if (!one) throw new Error(`no case ${name}`);
  return corpusInput(one);
};

const verifier = (deps: ThreadVerifierDeps = {}) =>
  createThreadVerifier({
    entry: join(__dirname, '../../adapters/signature/verify-thread.ts'),
    execArgv: ['--require', join(__dirname, '../support/typescript-hook.cjs')],
    ...deps,
  });

describe('verification in a thread', () => {
  it('says what verification says', async () => {
    const verify = verifier();
    const [passed, failed] = await Promise.all([verify(caseOf('bt')), verify(caseOf('content-replaced'))]);
    expect(passed).toMatchObject({ verdict: 'TOTAL-PASSED', level: 'B-T', reasons: [] });
    expect(failed.verdict).toBe('TOTAL-FAILED');
  });

  it('ends as indeterminate when it takes too long, and goes on with the next', async () => {
    const report = await verifier({ timeLimitMs: 1 })(caseOf('bt'));
    expect(report).toMatchObject({ verdict: 'INDETERMINATE', reasons: [{ code: 'time-limit' }] });
    await expect(verifier()(caseOf('bt'))).resolves.toMatchObject({ verdict: 'TOTAL-PASSED' });
  });

  it('ends as indeterminate when it takes too much memory', async () => {
    const report = await verifier({ heapLimitMb: 4 })(caseOf('bt'));
    expect(report).toMatchObject({ verdict: 'INDETERMINATE', reasons: [{ code: 'memory-limit' }] });
  });

  it('refuses a trust file without certificates as the caller’s fault', async () => {
    await expect(verifier()({ ...caseOf('bt'), signerTrust: ['nothing'] })).rejects.toThrow(RangeError);
  });

  it('lets its owner fetch revocation data that the certificate names', async () => {
    const asked: string[] = [];
    const fetcher = (file: string | null) => ({
      crl: (url: string): Promise<Uint8Array> => {
        asked.push(url);
        return file ? Promise.resolve(corpusFile(file)) : Promise.reject(new Error('offline'));
      },
      ocsp: () => Promise.reject(new Error('no responder')),
    });
    const input = { ...caseOf('not-revoked'), crls: [] };
    const good = await verifier()({ ...input, revocation: fetcher('not-revoked.clean.crl') });
    expect(good).toMatchObject({ verdict: 'TOTAL-PASSED', signatures: [{ revocation: 'good' }] });
    expect(asked).toEqual(['http://crl.example.org/seal.crl']);
    const unknown = await verifier()({ ...input, revocation: fetcher(null) });
    expect(unknown).toMatchObject({ verdict: 'INDETERMINATE', subIndications: ['TRY_LATER'] });
    const forbidden = await verifier()({
      ...input,
      revocation: { ...fetcher(null), crl: () => Promise.resolve(null) },
    });
    expect(forbidden).toMatchObject({ verdict: 'TOTAL-PASSED', signatures: [{ revocation: 'not-checked' }] });
    const unasked = await verifier()({ ...input, revocation: 'none' });
    expect(unasked).toMatchObject({ verdict: 'TOTAL-PASSED', signatures: [{ revocation: 'not-checked' }] });
  });
});

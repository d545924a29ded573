import { CommandError, readCommand } from '../../adapters/signature/verify-command.js';
import { isNamed, normalise } from '../../adapters/signature/verify/check-names.js';

const files: Record<string, string> = { 'a.pdf': '%PDF-', 'ca.pem': 'PEM', 'tsa.pem': 'TSA', 'x.crl': 'CRL' };
const readFile = (path: string): Buffer => {
  const text = files[path];
  if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  return Buffer.from(text);
};
const trusted = ['--signed', 'a.pdf', '--trust', 'ca.pem', '--tsa-trust', 'tsa.pem'];
const complaint = (...args: string[]): string => {
  try {
    readCommand(args, readFile);
    return 'nothing';
  } catch (error) {
    return error instanceof CommandError ? error.message : `another error: ${String(error)}`;
  }
};

describe('the verify-document command line', () => {
  it('takes every option', () => {
    const { input, json } = readCommand(
      [
        ...trusted,
        '--original=a.pdf',
        '--signatory=Ann Lee',
        '--signatory=Bo Ek',
        '--signer=Seal',
        '--crl=x.crl',
        '--signatures=2',
        '--allow-stamp=TEST',
        '--at=2026-01-31T12:00:00Z',
        '--min-level=B-T',
        '--json',
      ],
      readFile,
    );
    expect(json).toBe(true);
    expect(input).toMatchObject({
      signatories: ['Ann Lee', 'Bo Ek'],
      expectedSigners: ['Seal'],
      signatures: 2,
      allowStamps: ['TEST'],
      minimumLevel: 'B-T',
      at: new Date('2026-01-31T12:00:00Z'),
      signerTrust: ['PEM'],
      tsaTrust: ['TSA'],
    });
  });

  it.each([
    [['--trust', 'ca.pem', '--tsa-trust', 'tsa.pem'], '--signed is missing'],
    [['--signed', 'a.pdf', '--tsa-trust', 'tsa.pem'], '--trust is missing'],
    [['--signed', 'a.pdf', '--trust', 'ca.pem'], '--tsa-trust is missing'],
    [[...trusted, '--original', 'b.pdf'], '--original b.pdf: ENOENT'],
    [[...trusted, '--signatures', 'two'], '--signatures two: a whole number is expected'],
    [[...trusted, '--at', 'yesterday'], '--at yesterday: a time such as 2026-01-31T12:00:00Z is expected'],
    [[...trusted, '--min-level', 'B-X'], '--min-level B-X: one of B-B, B-T, B-LT, B-LTA is expected'],
  ])('says what is wrong with %j', (args, message) => {
    expect(complaint(...args)).toBe(message);
  });

  it('refuses an option that it does not know', () => {
    expect(complaint(...trusted, '--force')).toMatch(/--force/);
  });
});

describe('a name in a document', () => {
  it.each([
    ['Signed by Sofﬁa  Le\nGoff.', 'Soffia Le Goff'],
    ['MARTIN–FOURNIER Léo', 'Martin-Fournier Le\u0301o'],
    ['par É. d’Offémont', "d'Offémont"],
  ])('is found in %j', (text, name) => {
    expect(isNamed(normalise(text), name)).toBe(true);
  });

  it('is not found inside another one', () => {
    expect(isNamed(normalise('Joann Leeds'), 'Ann Lee')).toBe(false);
    expect(isNamed(normalise('Ann Leeds'), 'Ann Lee')).toBe(false);
  });
});

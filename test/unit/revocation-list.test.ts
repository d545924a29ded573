import { verifyDocument } from '../../adapters/signature/verify-document.js';
import { readTrust, type Cert } from '../../adapters/signature/verify/certificate.js';
import { askRevocationList } from '../../adapters/signature/verify/revocation-list.js';
import { corpusFile, corpusSignatures } from '../support/signature-corpus.js';

const certOf = (file: string): Cert => readTrust([corpusFile(file).toString()])[0] as Cert;
const [subject, issuer, root] = ['ocsp-subject.pem', 'ocsp-issuer.pem', 'signer-trust.pem'].map(certOf) as [
  Cert,
  Cert,
  Cert,
];
const listOf = (name: string): Buffer => corpusFile(`list-${name}.crl`);
const ask = (name: string) => askRevocationList(listOf(name), subject, issuer);
const REVOKED = new Date('2026-06-01T00:00:00Z');

describe('a revocation list (RFC 5280, 6.3.3)', () => {
  it.each(['good', 'another-revoked', 'users-only', 'of-its-place'])(
    'that is about all certificates of its kind says by its silence that one is good: %s',
    (name) => {
      expect(ask(name)).toMatchObject({ status: 'good', from: new Date('2026-05-31T12:00:00Z') });
    },
  );

  it.each([
    'revoked',
    'delta-revoked',
    'revoked-of-another-place',
    'indirect-revoked',
    'indirect-of-another-and-ours',
  ])('says when a certificate was revoked, however partial it is: %s', (name) => {
    expect(ask(name)).toEqual({ status: 'revoked', date: REVOKED });
  });

  it.each([
    'delta',
    'delta-not-critical',
    'some-reasons',
    'authorities-only',
    'attributes-only',
    'of-another-place',
    'unknown-extension',
    'indirect',
    'indirect-of-another',
  ])('that is partial says nothing by its silence: %s', (name) => {
    expect(ask(name)).toBeUndefined();
  });

  it('for users or for authorities alone leaves out the others', () => {
    const asked = (name: string) => askRevocationList(listOf(name), issuer, root);
    expect(asked('root-users-only')).toBeUndefined();
    expect(asked('root-authorities-only')).toMatchObject({ status: 'good' });
  });

  it.each(['forged-good', 'forged-revoked'])('signed by another key is not used: %s', (name) => {
    expect(ask(name)).toEqual({ status: 'unusable' });
  });

  it('is not used where its issuer’s certificate is not for signing lists', () => {
    const powerless = certOf('list-powerless-issuer.pem');
    expect(askRevocationList(listOf('good'), subject, powerless)).toEqual({ status: 'unusable' });
  });

  it.each(['under-another-name', 'revoked-under-another-name'])(
    'of another issuer is about other certificates, even where the key is the same: %s',
    (name) => {
      expect(ask(name)).toBeUndefined();
    },
  );

  it('tells a hold, and in a delta that it has ended, from a revocation', () => {
    expect(ask('held')).toEqual({ status: 'held', date: REVOKED, from: new Date('2026-05-31T12:00:00Z') });
    expect(ask('delta-released')).toMatchObject({
      status: 'released',
      from: new Date('2026-06-01T12:00:00Z'),
    });
  });
});

describe('a signed document beside revocation lists', () => {
  const document = corpusSignatures('not-revoked');
  const judged = (...names: string[]) => verifyDocument({ ...document, crls: names.map(listOf) });

  it.each([
    ['no list', [], 'TOTAL-PASSED', 'not-checked'],
    ['the list', ['good'], 'TOTAL-PASSED', 'good'],
    [
      'lists that say nothing',
      ['delta', 'of-another-place', 'under-another-name'],
      'TOTAL-PASSED',
      'not-checked',
    ],
    ['a forged list', ['forged-revoked'], 'INDETERMINATE', 'unknown'],
    ['a forged list and a true one', ['forged-revoked', 'good'], 'TOTAL-PASSED', 'good'],
    ['a hold', ['held'], 'INDETERMINATE', 'unknown'],
    ['a hold and an older list', ['good', 'held'], 'INDETERMINATE', 'unknown'],
    ['a hold that has ended', ['held', 'delta-released'], 'TOTAL-PASSED', 'good'],
    ['the end of a hold that nobody knows', ['delta-released'], 'INDETERMINATE', 'unknown'],
    [
      'a hold that has ended, and a revocation',
      ['held', 'delta-released', 'revoked'],
      'TOTAL-FAILED',
      'revoked',
    ],
  ])('%s', async (_name, lists, verdict, revocation) => {
    expect(await judged(...lists)).toMatchObject({ verdict, signatures: [{ revocation }] });
  });
});

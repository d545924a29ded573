import { readTrust } from '../../adapters/signature/verify/certificate.js';
import type { Cert } from '../../adapters/signature/verify/certificate.js';
import { askOcspResponse, ocspRequest } from '../../adapters/signature/verify/ocsp-answer.js';
import { corpusFile } from '../support/signature-corpus.js';

const certOf = (file: string): Cert => readTrust([corpusFile(file).toString()])[0] as Cert;
const [subject, issuer] = [certOf('ocsp-subject.pem'), certOf('ocsp-issuer.pem')];
const ask = (file: string) => askOcspResponse(corpusFile(file), subject, issuer);

describe('an OCSP response', () => {
  it('says that a certificate is good, signed by the authority or by whom it delegated', () => {
    expect(ask('good.ocsp')).toMatchObject({ status: 'good', from: new Date('2026-06-01T12:00:00Z') });
    expect(ask('delegated.ocsp')).toMatchObject({ status: 'good' });
  });

  it('says when a certificate was revoked', () => {
    expect(ask('revoked.ocsp')).toEqual({ status: 'revoked', date: new Date('2026-06-01T12:00:00Z') });
  });

  it('is of no use when a certificate without that right signed it, and says nothing of another one', () => {
    expect(ask('usurped.ocsp')).toEqual({ status: 'unusable' });
    expect(ask('about-another.ocsp')).toBeUndefined();
    expect(askOcspResponse(Buffer.from('no answer'), subject, issuer)).toBeUndefined();
  });

  it('is asked for by a request that names the certificate', () => {
    const request = Buffer.from(ocspRequest(subject, issuer));
    expect(request.toString('hex')).toContain(subject.x509.serialNumber.toLowerCase());
  });
});

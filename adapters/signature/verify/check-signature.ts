import type { PdfFile } from '../../../pdf/index.js';
import type { Cert } from './certificate.js';
import { checkByteRange, type Coverage } from './check-byte-range.js';
import { checkCms } from './check-cms.js';
import type { SignatureField } from './find-signatures.js';
import { readCms, type Cms } from './read-cms.js';
import { Refusal, refusalOf, type Reason } from './reason.js';
import { checkTimeStamp, signatureTimeStamps, type TimeStamp } from './time-stamp.js';

const DATA = '1.2.840.113549.1.7.1';

/** One signature after everything that needs no trust: what it covers, who made it, its timestamps. */
export interface CheckedSignature {
  readonly field: SignatureField;
  readonly coverage?: Coverage;
  readonly cms?: Cms;
  readonly signer?: Cert;
  /** The timestamps on the signature; for a document timestamp, itself. */
  readonly stamps: readonly TimeStamp[];
  readonly reasons: readonly Reason[];
}

/** Checks one signature's integrity: byte range, CMS, ESS, timestamps and their imprints. */
export function checkSignature(file: PdfFile, field: SignatureField): CheckedSignature {
  const found: { -readonly [K in keyof CheckedSignature]?: CheckedSignature[K] } = {};
  const stamps: TimeStamp[] = [];
  const fault = refusalOf(() => {
    const coverage = checkByteRange(file, field);
    found.coverage = coverage;
    if (field.isTimestamp) {
      const stamp = checkTimeStamp(coverage.contents, coverage.pieces);
      stamps.push(stamp);
      found.cms = stamp.cms;
      return;
    }
    const cms = readCms(coverage.contents);
    found.cms = cms;
    // What is inside would not be what is signed, and readers could show it as if it were.
    if (cms.content !== null)
      throw new Refusal('cms-malformed', 'The detached signature has a content of its own.');
    // What a PDF signature signs is plain data (PAdES baseline, ETSI EN 319 142-1).
    if (cms.contentType !== DATA)
      throw new Refusal('cms-malformed', 'The signature is said to be about something other than data.');
    found.signer = checkCms(cms, coverage.pieces);
    for (const token of signatureTimeStamps(cms)) stamps.push(checkTimeStamp(token, [cms.signatureValue]));
  });
  const reasons = fault ? [{ ...fault, field: field.name }] : [];
  return { field, ...found, stamps, reasons };
}

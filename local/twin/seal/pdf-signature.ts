import { createHash } from 'node:crypto';

import { PdfArray, PdfDict, PdfName, PdfNumber, PdfString } from '@libpdf/core';
import type { PDF, PDFPage, PdfRef } from '@libpdf/core';

/** Room for the CMS: three certificates and a token take some 5 kB. */
const CONTENTS_BYTES = 8192;
const WIDE = 9_999_999_999;
const RANGE_PLACEHOLDER = `[0 ${WIDE} ${WIDE} ${WIDE}]`;

export interface SignatureDetails {
  readonly at: Date;
  readonly name: string;
  readonly reason: string;
}

/** Puts an unsigned signature (PAdES: ETSI.CAdES.detached) with placeholders into the document, its unseen widget on `page`. */
export function prepareSignature(pdf: PDF, page: PDFPage, details: SignatureDetails): void {
  const value = pdf.context.register(signatureDictionary(details));
  const form = pdf.getOrCreateForm();
  const field = form.createSignatureField(freeName(form.getFieldNames())).getDict();
  field.set('V', value);
  field.set('Type', PdfName.of('Annot'));
  field.set('Subtype', PdfName.of('Widget'));
  // Print and Locked.
  field.set('F', PdfNumber.of(132));
  field.set('P', page.ref);
  field.set('Rect', new PdfArray([0, 0, 0, 0].map((edge) => PdfNumber.of(edge))));
  field.delete('Kids');
  page.dict.set('Annots', new PdfArray([fieldRef(pdf, field)]));
}

function signatureDictionary(details: SignatureDetails): PdfDict {
  return PdfDict.of({
    Type: PdfName.of('Sig'),
    Filter: PdfName.of('Adobe.PPKLite'),
    SubFilter: PdfName.of('ETSI.CAdES.detached'),
    ByteRange: new PdfArray([0, WIDE, WIDE, WIDE].map((offset) => PdfNumber.of(offset))),
    Contents: PdfString.fromBytes(new Uint8Array(CONTENTS_BYTES)),
    M: PdfString.fromString(`D:${details.at.toISOString().slice(0, 19).replace(/[-T:]/gu, '')}Z`),
    Name: PdfString.fromString(details.name),
    Reason: PdfString.fromString(details.reason),
  });
}

function freeName(taken: readonly string[]): string {
  let number = 1;
  while (taken.includes(`Seal${number}`)) number += 1;
  return `Seal${number}`;
}

function fieldRef(pdf: PDF, field: PdfDict): PdfRef {
  const ref = pdf.context.registry.getRef(field);
  if (ref === null) throw new Error('The signature field has no object number.');
  return ref;
}

/**
 * Fills the placeholders of a saved file: the byte range covers everything but the signature's own bytes.
 * `sign` gets the SHA-256 of those ranges and answers the CMS as DER. Changes `file` in place.
 */
export function completeSignature(file: Buffer, sign: (digest: Buffer) => Buffer): void {
  const hole = `<${'0'.repeat(CONTENTS_BYTES * 2)}>`;
  const start = file.lastIndexOf(hole, undefined, 'latin1');
  const range = file.lastIndexOf(RANGE_PLACEHOLDER, undefined, 'latin1');
  if (start < 0 || range < 0) throw new Error('The saved document has lost the place of its signature.');
  const end = start + hole.length;
  const actual = `[0 ${start} ${end} ${file.length - end}]`.padEnd(RANGE_PLACEHOLDER.length);
  file.write(actual, range, 'latin1');
  const digest = createHash('sha256').update(file.subarray(0, start)).update(file.subarray(end)).digest();
  const cms = sign(digest).toString('hex');
  if (cms.length > CONTENTS_BYTES * 2) throw new Error('The signature is longer than the room kept for it.');
  file.write(cms, start + 1, 'latin1');
}

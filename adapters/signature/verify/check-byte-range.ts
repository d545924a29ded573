import { isArray, isInteger, isString, nameOf, type PdfFile, type PdfRevision } from '../../../pdf/index.js';
import type { SignatureField } from './find-signatures.js';
import { Refusal } from './reason.js';

/** What one signature covers: a whole revision but for its own `<hex>`. */
export interface Coverage {
  readonly revision: number;
  /** Offset of the byte after the signed revision. */
  readonly end: number;
  readonly pieces: readonly [Uint8Array, Uint8Array];
  readonly contents: Uint8Array;
}

const SUB_FILTERS = new Set(['ETSI.CAdES.detached', 'adbe.pkcs7.detached', 'ETSI.RFC3161']);

/**
 * Refuses a byte range that is not exactly one revision from byte 0 to its end without the field's own
 * /Contents: a hole elsewhere or a range that ends early leaves bytes that no signature covers.
 */
export function checkByteRange(file: PdfFile, field: SignatureField): Coverage {
  const { dict, name } = field;
  const type = nameOf(dict.entries.get('Type'));
  const wantedType = field.isTimestamp ? 'DocTimeStamp' : 'Sig';
  if ((type !== undefined || field.isTimestamp) && type !== wantedType) {
    throw new Refusal('signature-dictionary', `The signature of ${name} has the wrong type.`);
  }
  if (!SUB_FILTERS.has(field.subFilter)) {
    throw new Refusal('sub-filter', `The signature of ${name} is of an unknown kind.`);
  }
  const contents = dict.entries.get('Contents');
  if (!isString(contents) || !contents.hex) {
    throw new Refusal('signature-dictionary', `The signature of ${name} is not a hexadecimal string.`);
  }
  const { revision, index } = revisionOf(file, field);
  const [start, a, b, c] = rangeOf(field);
  if (start !== 0 || a !== contents.start || b !== contents.end) {
    throw new Refusal('byte-range-gap', `The hole in the byte range of ${name} is not its signature alone.`);
  }
  if (!endsAt(file, b + c, revision.end)) {
    throw new Refusal('byte-range', `The byte range of ${name} does not end where its revision ends.`);
  }
  const pieces = [file.bytes.subarray(0, a), file.bytes.subarray(b, b + c)] as const;
  return { revision: index, end: b + c, pieces, contents: contents.bytes };
}

/** A signer may have covered blanks that its file ended with before more was added. */
function endsAt({ bytes }: PdfFile, end: number, revisionEnd: number): boolean {
  if (end === revisionEnd) return true;
  return (
    end > revisionEnd &&
    end < bytes.length &&
    /^[\r\n ]*$/.test(Buffer.from(bytes.subarray(revisionEnd, end)).toString('latin1'))
  );
}

function rangeOf({ dict, name }: SignatureField): readonly [number, number, number, number] {
  const range = dict.entries.get('ByteRange');
  if (!isArray(range) || range.length !== 4 || !range.every((item) => isInteger(item) && item >= 0)) {
    throw new Refusal('byte-range', `The byte range of ${name} is malformed.`);
  }
  return range as unknown as [number, number, number, number];
}

/** The revision that wrote the signature: a signature is part of what it signs. */
function revisionOf(file: PdfFile, field: SignatureField): { revision: PdfRevision; index: number } {
  const revisions = file.revisions();
  const entry = file.latest.entry(field.valueNum);
  const offset = entry.type === 'offset' ? entry.offset : -1;
  const index = revisions.findIndex((revision) => offset < revision.end);
  const revision = revisions[index];
  if (!revision) throw new Refusal('byte-range', `The signature of ${field.name} belongs to no revision.`);
  return { revision, index };
}

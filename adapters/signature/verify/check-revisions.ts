import { isArray, isDict, nameOf, PdfError, type PdfFile } from '../../../pdf/index.js';
import type { CheckedSignature } from './check-signature.js';
import { checkUnsigned } from './check-unsigned.js';
import { compareRevisions } from './compare-revisions.js';
import { Refusal, refusalOf, type Reason } from './reason.js';

/** Revisions after the first signature: a contract has some few. */
const REVISION_LIMIT = 100;

/** The reasons that lie in what was added after each signature, from the first signed revision on. */
export function checkRevisions(file: PdfFile, checked: readonly CheckedSignature[]): Reason[] {
  const revisions = file.revisions();
  const signed = checked.flatMap(({ coverage }) => (coverage ? [coverage.revision] : []));
  const first = Math.min(...signed);
  const last = Math.max(...signed);
  if (!Number.isFinite(first)) return [];
  if (revisions.length - first > REVISION_LIMIT) {
    return [{ code: 'too-complex', detail: 'The document was changed too often after signing.' }];
  }
  const reasons: Reason[] = [];
  for (let i = first; i + 1 < revisions.length; i++) {
    const strict = checked.some(
      (one) => (one.coverage?.revision ?? Infinity) <= i && forbidsChanges(file, one),
    );
    const fault = refusalOf(() => {
      compare(file, i, strict);
      if (i >= last) sound(() => checkUnsigned(file, i + 1));
    });
    if (fault) reasons.push({ ...fault, detail: `${fault.detail} (revision ${i + 2})` });
  }
  return reasons;
}

function compare(file: PdfFile, index: number, strict: boolean): void {
  const [before, after] = file.revisions().slice(index, index + 2);
  sound(() => {
    if (before && after) compareRevisions(before, after, strict);
  });
}

/** Runs a check; what cannot be read is a reason too. */
function sound(check: () => void): void {
  try {
    check();
  } catch (error) {
    if (error instanceof PdfError)
      throw new Refusal('damaged-structure', `The structure is damaged: ${error.message}.`);
    throw error;
  }
}

/** DocMDP with P=1: no change whatsoever but validation data (ISO 32000-2, 12.8.2.2). */
function forbidsChanges(file: PdfFile, { field }: CheckedSignature): boolean {
  const resolve = file.latest.resolve.bind(file.latest);
  const references = resolve(field.dict.entries.get('Reference'));
  return (isArray(references) ? references : []).some((item) => {
    const reference = resolve(item);
    if (!isDict(reference) || nameOf(resolve(reference.entries.get('TransformMethod'))) !== 'DocMDP')
      return false;
    const parameters = resolve(reference.entries.get('TransformParams'));
    return isDict(parameters) && resolve(parameters.entries.get('P')) === 1;
  });
}

/** Fields that share one signature: it would count as several. */
export function checkDistinct(checked: readonly CheckedSignature[]): Reason[] {
  const values = new Set<number>();
  const reasons: Reason[] = [];
  for (const { field } of checked) {
    if (values.has(field.valueNum)) {
      const detail = `${field.name} shares its signature with another.`;
      reasons.push({ code: 'shared-signature', detail, field: field.name });
    }
    values.add(field.valueNum);
  }
  return reasons;
}

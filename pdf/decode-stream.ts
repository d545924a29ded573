import { inflateSync } from 'node:zlib';

import { PdfError } from './pdf-error.js';
import {
  isArray,
  isDict,
  isInteger,
  nameOf,
  type PdfDict,
  type PdfStream,
  type PdfValue,
} from './pdf-value.js';

/** How much a file may inflate to before it counts as a bomb, in bytes. */
const INFLATE_LIMIT = 48 * 1024 * 1024;

/** What is left of a file's allowance for inflated data; shared by all its streams. */
export interface InflateBudget {
  left: number;
}

export const newInflateBudget = (): InflateBudget => ({ left: INFLATE_LIMIT });

/**
 * The decoded bytes of a cross-reference or object stream: uncompressed or Flate, with predictors.
 * Throws `too_complex` when the budget is spent and `object` for any other filter or bad data.
 */
export function decodeStream(stream: PdfStream, budget: InflateBudget): Uint8Array {
  const filter = single(stream.dict.entries.get('Filter'));
  if (filter === null) return stream.raw;
  if (nameOf(filter) !== 'FlateDecode')
    throw new PdfError('object', 'a structure stream has a filter that is not Flate');
  const data = inflate(stream.raw, budget);
  const parms = single(stream.dict.entries.get('DecodeParms'));
  return isDict(parms) ? unpredict(data, parms) : data;
}

function single(value: PdfValue | undefined): PdfValue {
  if (!isArray(value)) return value ?? null;
  if (value.length > 1) throw new PdfError('object', 'a structure stream has several filters');
  return value[0] ?? null;
}

function inflate(raw: Uint8Array, budget: InflateBudget): Uint8Array {
  try {
    const data = inflateSync(raw, { maxOutputLength: Math.max(1, budget.left) });
    budget.left -= data.length;
    return data;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new PdfError('too_complex', 'the streams inflate to more than is allowed');
    }
    throw new PdfError('object', 'a structure stream cannot be inflated');
  }
}

function unpredict(data: Uint8Array, parms: PdfDict): Uint8Array {
  const number = (key: string, fallback: number): number => {
    const value = parms.entries.get(key) ?? fallback;
    if (!isInteger(value) || value < 1 || value > 1_000_000) throw new PdfError('object', `a bad ${key}`);
    return value;
  };
  const predictor = number('Predictor', 1);
  if (predictor === 1) return data;
  if (predictor < 10) throw new PdfError('object', 'a structure stream with the TIFF predictor');
  const bits = number('Columns', 1) * number('Colors', 1) * number('BitsPerComponent', 8);
  const step = Math.max(1, (number('Colors', 1) * number('BitsPerComponent', 8)) >> 3);
  return unpredictPng(data, Math.ceil(bits / 8), step);
}

/** PNG filters of ISO/IEC 15948, 9.2: each row is led by the number of its filter. */
function unpredictPng(data: Uint8Array, width: number, step: number): Uint8Array {
  const rows = Math.floor(data.length / (width + 1));
  const out = new Uint8Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const filter = data[row * (width + 1)] as number;
    for (let i = 0; i < width; i++) {
      const left = i >= step ? (out[row * width + i - step] as number) : 0;
      const up = row > 0 ? (out[(row - 1) * width + i] as number) : 0;
      const corner = row > 0 && i >= step ? (out[(row - 1) * width + i - step] as number) : 0;
      out[row * width + i] =
        (data[row * (width + 1) + 1 + i] as number) + predicted(filter, left, up, corner);
    }
  }
  return out;
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) throw new PdfError('object', 'an unknown row filter');
  const p = left + up - corner;
  const a = Math.abs(p - left);
  const b = Math.abs(p - up);
  const c = Math.abs(p - corner);
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

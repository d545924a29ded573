import { isTypeId, type IdPrefix } from '../domain/ids.js';
import { Problem } from '../domain/problem.js';

/** A cursor is the last id of the page before, wrapped so that nobody builds on its form. */
export function encodeCursor(id: string): string {
  return Buffer.from(id).toString('base64url');
}

/** @throws Problem when it is none of ours */
export function decodeCursor(cursor: string | undefined, prefix: IdPrefix): string | null {
  if (cursor === undefined) return null;
  const id = Buffer.from(cursor, 'base64url').toString();
  if (!isTypeId(prefix, id)) throw notOurs();
  return id;
}

/** A page out of one row more than asked for. */
export function pageOf<Row extends { id: string }, View>(
  rows: Row[],
  limit: number,
  view: (row: Row) => View,
): { data: View[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return { data: shown.map(view), nextCursor: last === undefined ? null : encodeCursor(last.id) };
}

/** A cursor of a list in the order of numbers. */
export function encodeNumber(number: number): string {
  return Buffer.from(String(number)).toString('base64url');
}

/** @throws Problem when it is none of ours */
export function decodeNumber(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!/^\d{1,9}$/.test(text)) throw notOurs();
  return Number(text);
}

function notOurs(): Problem {
  return new Problem('invalid_request', {
    errors: [{ pointer: '?cursor', detail: 'is not a cursor of this list' }],
  });
}

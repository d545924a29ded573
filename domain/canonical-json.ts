/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * The one text of a JSON value (RFC 8785): members sorted by UTF-16 code units, no spaces, numbers as ECMAScript
 * writes them. Digests and signatures are made over it.
 * @throws TypeError for what JSON can't say: NaN, infinity, a lone surrogate
 */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) return objectText(value as { [name: string]: Json });
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('not a number of JSON');
  return typeof value === 'string' ? text(value) : JSON.stringify(value);
}

function objectText(value: { readonly [name: string]: Json }): string {
  // Plain comparison of strings is by UTF-16 code units, which is what the standard asks for.
  const names = Object.keys(value).sort((a, b) => (a < b ? -1 : 1));
  return `{${names.map((name) => `${text(name)}:${canonicalJson(value[name]!)}`).join(',')}}`;
}

function text(value: string): string {
  if (/\p{Surrogate}/u.test(value)) throw new TypeError('a lone surrogate is no text of JSON');
  return JSON.stringify(value);
}

import type { AccessDescription } from 'pkijs';

import { extension, type Cert } from './certificate.js';
import { askOcspResponse, ocspRequest } from './ocsp-answer.js';
import type { ValidationData } from './revocation-data.js';
import type { RevocationAnswer } from './revocation-answer.js';
import { askRevocationList, placesOf } from './revocation-list.js';

/**
 * Asks the outside for revocation data; whoever gives it guards the addresses, sizes and times. Null: the deployment
 * does not allow to ask there. Rejects when there is no answer.
 */
export interface RevocationFetcher {
  readonly crl: (url: string) => Promise<Uint8Array | null>;
  readonly ocsp: (url: string, request: Uint8Array) => Promise<Uint8Array | null>;
}

export type RevocationStatus =
  | { readonly status: 'good'; readonly source: 'embedded' | 'given' | 'fetched' }
  | { readonly status: 'revoked' | 'held'; readonly date: Date }
  /** Not to be had: `named` tells whether anybody was asked, or said where to ask. */
  | { readonly status: 'unknown' }
  | { readonly status: 'not-checked' };

export interface RevocationSources {
  readonly embedded: ValidationData;
  readonly given: readonly Uint8Array[];
  readonly fetcher: RevocationFetcher | null;
}

const OCSP_NO_CHECK = '1.3.6.1.5.5.7.48.1.5';
const NO_REVOCATION = '2.5.29.56';

/**
 * Whether `cert` was revoked, from embedded data first, then given, then fetched. An answer counts when it
 * was still current at `since`, the time at which the certificate was used.
 */
export async function checkRevocation(
  cert: Cert,
  issuer: Cert,
  sources: RevocationSources,
  since: Date,
  now: Date,
): Promise<RevocationStatus> {
  if (extension(cert, OCSP_NO_CHECK) || extension(cert, NO_REVOCATION)) return { status: 'not-checked' };
  const { embedded, given, fetcher } = sources;
  const local = [
    ...answers(embedded.ocsps, askOcspResponse, cert, issuer, 'embedded'),
    ...answers(embedded.crls, askRevocationList, cert, issuer, 'embedded'),
    ...answers(given, askRevocationList, cert, issuer, 'given'),
  ];
  const known = judge(local, since, now);
  if (known) return known;
  const fetched = fetcher ? await fetchAll(cert, issuer, fetcher) : { wasAsked: false, found: [] };
  if (!fetched.wasAsked) return { status: local.length > 0 ? 'unknown' : 'not-checked' };
  return judge(fetched.found, since, now) ?? { status: 'unknown' };
}

interface Sourced {
  readonly answer: RevocationAnswer;
  readonly source: 'embedded' | 'given' | 'fetched';
}

type Ask = (der: Uint8Array, cert: Cert, issuer: Cert) => RevocationAnswer | undefined;

function answers(
  blobs: readonly Uint8Array[],
  ask: Ask,
  cert: Cert,
  issuer: Cert,
  source: Sourced['source'],
): Sourced[] {
  return blobs.flatMap((der) => {
    const answer = ask(der, cert, issuer);
    return answer ? [{ answer, source }] : [];
  });
}

/**
 * A revocation found anywhere counts; a hold until something later lifts it (RFC 5280, 6.3.3 (i) to (k)); otherwise the
 * first answer that was current when it had to be.
 */
function judge(all: readonly Sourced[], since: Date, now: Date): RevocationStatus | undefined {
  for (const { answer } of all) if (answer.status === 'revoked') return answer;
  const holds = all.flatMap(({ answer }) => (answer.status === 'held' ? [answer] : []));
  const hold = holds.toSorted((a, b) => b.from.getTime() - a.from.getTime())[0];
  for (const { answer, source } of all) {
    if (answer.status !== 'good' && (answer.status !== 'released' || !hold)) continue;
    if (answer.from > now || (hold && answer.from <= hold.from)) continue;
    if ((answer.until ?? answer.from) >= since) return { status: 'good', source };
  }
  return hold && { status: 'held', date: hold.date };
}

/** Responders first, then lists, until one gives a usable answer; `wasAsked`: somebody was, with or without success. */
async function fetchAll(
  cert: Cert,
  issuer: Cert,
  fetcher: RevocationFetcher,
): Promise<{ wasAsked: boolean; found: Sourced[] }> {
  const { crls, ocsps } = addressesOf(cert);
  const request = ocspRequest(cert, issuer);
  const sources = [
    ...ocsps.map((url) => ({ ask: askOcspResponse, get: () => fetcher.ocsp(url, request) })),
    ...crls.map((url) => ({ ask: askRevocationList, get: () => fetcher.crl(url) })),
  ];
  let wasAsked = false;
  for (const { ask, get } of sources) {
    const der = await get().catch(() => undefined);
    if (der === null) continue;
    wasAsked = true;
    const found = der ? answers([der], ask, cert, issuer, 'fetched') : [];
    if (found.some(({ answer }) => answer.status !== 'unusable')) return { wasAsked, found };
  }
  return { wasAsked, found: [] };
}

/** Where the certificate says that its revocation can be asked for. */
export function addressesOf(cert: Cert): { crls: string[]; ocsps: string[] } {
  const access = extension(cert, '1.3.6.1.5.5.7.1.1')?.parsedValue as
    { accessDescriptions?: AccessDescription[] } | undefined;
  const ocsps = (access?.accessDescriptions ?? [])
    .filter((item) => item.accessMethod === '1.3.6.1.5.5.7.48.1')
    .map((item) => String(item.accessLocation.value));
  const isWeb = (url: string): boolean => /^https?:\/\//i.test(url);
  return { crls: placesOf(cert).filter(isWeb), ocsps: ocsps.filter(isWeb) };
}

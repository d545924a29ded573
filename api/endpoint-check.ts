import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { SecureContextOptions } from 'node:tls';
import { EVENT_TYPES } from '../domain/events.js';
import { memberProblem, Problem, type MemberFault } from '../domain/problem.js';
import { checkUrl } from '../domain/webhooks/check-url.js';
import { customHeaderFaults } from '../domain/webhooks/custom-headers.js';
import { patternFault } from '../domain/webhooks/filter.js';
import type { UrlPolicy } from '../domain/webhooks/url-policy.js';

interface EndpointWish {
  url?: string | undefined;
  events?: string[] | undefined;
  headers?: Record<string, string> | undefined;
  oauth?: { tokenUrl: string } | null | undefined;
  tls?: SecureContextOptions | null | undefined;
}

/**
 * What a schema can't say of an endpoint: that its filters match something, that its headers may be sent, and that
 * its URLs are not ways into somebody's network. Names are looked up at each delivery, by the same rules.
 * @throws Problem that points at the members that are wrong
 */
export function checkEndpoint(wish: EndpointWish, policy: UrlPolicy): void {
  const errors: MemberFault[] = [];
  for (const [index, pattern] of (wish.events ?? []).entries())
    if (patternFault(pattern, EVENT_TYPES) !== null)
      errors.push({ pointer: `/events/${index}`, detail: 'matches no type of event' });
  for (const { name, fault } of customHeaderFaults(wish.headers ?? {}))
    errors.push({
      pointer: name === null ? '/headers' : `/headers/${escape(name)}`,
      detail: `is refused: ${fault}`,
    });
  if (errors.length > 0) throw new Problem('invalid_request', { errors });
  checkUrlMember(wish.url, '/url', policy);
  checkUrlMember(wish.oauth?.tokenUrl, '/oauth/tokenUrl', policy);
  if (wish.tls) checkTls(wish.tls);
}

/** A certificate or key that can't be used would fail each attempt: better said now. */
function checkTls({ cert, key, passphrase, ca }: SecureContextOptions): void {
  if ((cert === undefined) !== (key === undefined))
    throw memberProblem('invalid_request', '/tls', 'needs `cert` and `key`, or neither');
  try {
    createSecureContext({ cert, key, passphrase });
  } catch {
    throw memberProblem('invalid_request', '/tls', '`cert`, `key` and `passphrase` do not go together');
  }
  if (ca !== undefined && !isCertificate(ca as string))
    throw memberProblem('invalid_request', '/tls/ca', 'is no certificate in PEM');
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}

function checkUrlMember(url: string | undefined, pointer: string, policy: UrlPolicy): void {
  if (url === undefined) return;
  const check = checkUrl(url, policy);
  if (check.ok) return;
  const malformed = check.fault === 'url_invalid';
  throw memberProblem(
    malformed ? 'invalid_request' : 'url_not_allowed',
    pointer,
    `is refused: ${check.fault}`,
  );
}

function escape(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$/;
// Visible ASCII with inner spaces: no line break can end the header and begin another.
const VALUE = /^(?=\S)[\x20-\x7E]{1,2000}(?<=\S)$/;
const MAX_HEADERS = 20;

// What we sign or set ourselves, and what frames the message: a customer must not be able to bend either.
const RESERVED = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  // What makes a server behind a proxy take a request for another's, or a POST for something else.
  'forwarded',
  'via',
  'x-real-ip',
  'x-rewrite-url',
  'x-method-override',
]);
const RESERVED_PREFIXES = ['webhook-', 'x-forwarded-', 'x-original-', 'x-http-method'];

export interface HeaderFault {
  /** The offending header, or null when there are too many. */
  name: string | null;
  fault: 'too_many' | 'invalid_name' | 'invalid_value' | 'reserved' | 'duplicate';
}

/** What is wrong with the headers an endpoint's owner wants sent along; empty when all is well. */
export function customHeaderFaults(headers: Readonly<Record<string, string>>): HeaderFault[] {
  const faults: HeaderFault[] = [];
  const seen = new Set<string>();
  if (Object.keys(headers).length > MAX_HEADERS) faults.push({ name: null, fault: 'too_many' });
  for (const [name, value] of Object.entries(headers)) {
    const fault = faultOf(name, value, seen);
    if (fault) faults.push({ name, fault });
    seen.add(name.toLowerCase());
  }
  return faults;
}

function faultOf(name: string, value: string, seen: ReadonlySet<string>): HeaderFault['fault'] | null {
  const lower = name.toLowerCase();
  if (!NAME.test(name)) return 'invalid_name';
  if (RESERVED.has(lower) || RESERVED_PREFIXES.some((prefix) => lower.startsWith(prefix))) return 'reserved';
  if (seen.has(lower)) return 'duplicate';
  return VALUE.test(value) ? null : 'invalid_value';
}

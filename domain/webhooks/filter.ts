/** What an endpoint receives that names no events: the outcomes nobody may miss (the bold types of the API page). */
export const DEFAULT_EVENTS: readonly string[] = [
  'contract.completed',
  'contract.cancelled',
  'contract.expired',
  'contract.rejected',
  'contract.attention',
  'signatory.blocked',
  'document.verification_failed',
];

const PATTERN = /^(?:\*|[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*\.(?:\*|[a-z][a-z0-9_]*))$/;
const EVERYTHING = '*';
const WILDCARD = '.*';

/** The filter that is stored for an endpoint: what it named, each once, or the default set when it named none. */
export function effectiveEvents(events: readonly string[] | null | undefined): string[] {
  if (!events || events.length === 0) return [...DEFAULT_EVENTS];
  return [...new Set(events)];
}

/** Does a filter let an event type through? Patterns: an exact type, `family.*`, `*`. */
export function matchesEvent(events: readonly string[], type: string): boolean {
  return events.some((pattern) => matchesPattern(pattern, type));
}

/**
 * Why a pattern cannot be subscribed to, null when it can: `malformed`, or `unknown_event` when none of
 * the types that exist would ever match it.
 */
export function patternFault(
  pattern: string,
  knownTypes: readonly string[],
): 'malformed' | 'unknown_event' | null {
  if (!PATTERN.test(pattern)) return 'malformed';
  return knownTypes.some((type) => matchesPattern(pattern, type)) ? null : 'unknown_event';
}

function matchesPattern(pattern: string, type: string): boolean {
  if (pattern === EVERYTHING) return true;
  if (pattern.endsWith(WILDCARD)) return type.startsWith(pattern.slice(0, -1));
  return pattern === type;
}

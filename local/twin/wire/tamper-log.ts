/**
 * What `tamper_log` does to the audit trail of a detail: the signatures are left out, the contract was cancelled, it
 * was signed before it was created, long after it was sealed, by somebody else, or at a time that is none.
 */
export const LOG_TAMPERINGS = ['drop', 'cancel', 'early', 'late', 'stranger', 'garble'] as const;
export type LogTampering = (typeof LOG_TAMPERINGS)[number];

export interface LogEntry {
  readonly at: string;
  readonly event: string;
  readonly signatoryId?: string;
  readonly detail: string;
}

const HOUR_MS = 3_600_000;

/** A tampered copy of an audit trail. */
export function tamperLog(log: readonly LogEntry[], how: LogTampering): LogEntry[] {
  const last = log.at(-1);
  if (last === undefined) return [];
  if (how === 'drop') return log.filter(({ event }) => event !== 'signed');
  if (how === 'cancel') return [...log, { at: last.at, event: 'cancelled', detail: '' }];
  return log.map((entry) => (entry.event === 'signed' ? { ...entry, ...changed(entry, how) } : entry));
}

function changed({ at }: LogEntry, how: 'early' | 'late' | 'stranger' | 'garble'): Partial<LogEntry> {
  if (how === 'stranger') return { signatoryId: 'sig_nobody' };
  if (how === 'garble') return { at: 'yesterday' };
  const shift = how === 'early' ? -HOUR_MS : HOUR_MS;
  return { at: new Date(Date.parse(at) + shift).toISOString() };
}

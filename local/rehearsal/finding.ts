/** One thing that a rehearsal shows or fails to show. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  /** The figure, or what was seen instead. */
  readonly seen: string;
}

export interface PhaseResult {
  readonly phase: string;
  readonly seconds: number;
  readonly findings: readonly Finding[];
  /** Lines for the report that are neither good nor bad. */
  readonly notes: readonly string[];
}

/** Gathers what a phase finds, and tells it as it is found. */
export interface Findings {
  readonly check: (what: string, ok: boolean, seen: string | number) => void;
  readonly note: (text: string) => void;
  readonly found: readonly Finding[];
  readonly notes: readonly string[];
}

export function createFindings(say: (text: string) => void): Findings {
  const found: Finding[] = [];
  const notes: string[] = [];
  return {
    found,
    notes,
    check(what, ok, seen) {
      found.push({ what, ok, seen: String(seen) });
      say(`${ok ? '✓' : '✗'} ${what}: ${seen}`);
    },
    note(text) {
      notes.push(text);
      say(`· ${text}`);
    },
  };
}

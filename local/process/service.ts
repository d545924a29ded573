/** One program that the supervisor runs and watches. */
export interface Service {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What must be true before each start, restarts included. */
  readonly prepare?: () => void;
  /** Resolves when the program can be used; `output` gives each line that it prints on stdout. */
  readonly ready: (probe: ReadyProbe) => Promise<void>;
  /** How it is asked to end: SIGTERM unless told. */
  readonly stopSignal?: NodeJS.Signals;
  /** Others stand on it: it is ended after them. */
  readonly foundation?: boolean;
}

export interface ReadyProbe {
  /** Calls back for each line on stdout, those already printed first. */
  readonly onLine: (listener: (line: string) => void) => void;
  /** Aborted when the process has ended or the time is over. */
  readonly signal: AbortSignal;
}

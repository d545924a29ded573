import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** `local.json`: where everything of the running local edition is, for programs. Null: given from outside. */
export interface StackDescription {
  readonly api: string;
  readonly temporalUi: string | null;
  readonly temporalAddress: string;
  readonly twin: string | null;
  /** The twin's interface for inspection and faults. */
  readonly twinControl: string | null;
  readonly mailbox: string | null;
  readonly databaseUrl: string;
  /** Of a client with all scopes of a business system. */
  readonly key: string;
  readonly adminKey: string;
  readonly processes: Readonly<Record<string, number>>;
}

export function writeDescription(file: string, description: StackDescription): void {
  writeFileSync(`${file}.part`, `${JSON.stringify(description, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.part`, file);
}

export function removeDescription(file: string): void {
  rmSync(file, { force: true });
}

import type { OpenZip } from './open-zip.js';

export interface EvidenceTrust {
  /** PEM: the service's key, as its owner knows it; null: the one in the file is believed, and that is said. */
  key: string | null;
  /** PEM texts; empty: those in the file are used, and that is said. */
  signers: readonly string[];
  timestamps: readonly string[];
  evidenceTimestamps: readonly string[];
}

export interface EvidenceCheck {
  name: string;
  /** `note`: nothing against it, but something was taken on trust. */
  result: 'passed' | 'failed' | 'indeterminate' | 'note';
  detail: string;
}

export type AddCheck = (name: string, result: EvidenceCheck['result'], detail: string) => void;

/** The anchors that were given, else those in the file, which is said. */
export async function anchorsOf(
  zip: OpenZip,
  path: string,
  given: readonly string[],
  add: AddCheck,
): Promise<readonly string[]> {
  if (given.length > 0) return given;
  if (!zip.paths.includes(path)) return [];
  add('trust', 'note', `Anchors are those in the file (${path}): give your own to rely on nobody.`);
  return [(await zip.read(path)).toString()];
}

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LocalError } from '../project.js';

/** Grows when data of an older edition can no longer be used as they lie. */
const layout = 1;

const closed = ['archive', 'demo', 'logs', 'mailbox', 'secrets', 'temporal', 'trust', 'twin'];

export interface Home {
  readonly folder: string;
  readonly at: (...names: string[]) => string;
  /** A secret made once and kept with mode 0600. */
  readonly secret: (name: string, make?: () => string) => string;
  readonly secretFile: (name: string) => string;
}

/** The folder that keeps everything of the local edition. Throws a LocalError when it is another edition's. */
export function openHome(folder: string): Home {
  // Others may pass, not look: as root, PostgreSQL is another user (decision 0010).
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  checkLayout(folder);
  for (const name of closed) mkdirSync(path.join(folder, name), { recursive: true, mode: 0o700 });
  const secretFile = (name: string) => path.join(folder, 'secrets', name);
  return {
    folder,
    at: (...names) => path.join(folder, ...names),
    secretFile,
    secret: (name, make = () => randomBytes(24).toString('hex')) => {
      const file = secretFile(name);
      if (!existsSync(file)) writeFileSync(file, make(), { mode: 0o600 });
      return readFileSync(file, 'utf8').trim();
    },
  };
}

function checkLayout(folder: string): void {
  const file = path.join(folder, 'layout');
  if (!existsSync(file)) return writeFileSync(file, `${layout}\n`);
  const found = readFileSync(file, 'utf8').trim();
  if (found === String(layout)) return;
  throw new LocalError(
    `${folder} was made by another version of paraphe (layout ${found}, this one has ${layout}): ` +
      'move the folder away, or choose another PARAPHE_HOME.',
  );
}

import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { LocalError } from '../project.js';

/** The user that PostgreSQL runs as, and the words that go before its programs' names. */
export interface ServerUser {
  readonly uid: number | null;
  readonly gid: number | null;
  /** Put before every command; empty when we are not root. */
  readonly prefix: readonly string[];
}

/**
 * PostgreSQL refuses to run as root. As root it runs as `nobody` (or as the present owner of the data),
 * and where that user cannot reach the programs (a checkout below /root), it keeps the one capability
 * that opens folders: docs/decisions/0010. Throws a LocalError when nothing works.
 */
export function chooseServerUser(dataDir: string, program: string): ServerUser {
  if (process.getuid?.() !== 0) return ownUser(dataDir);
  const owner = existsSync(dataDir) ? statSync(dataDir) : null;
  const uid = owner !== null && owner.uid !== 0 ? owner.uid : idOf('-u', 'nobody');
  const gid = owner !== null && owner.uid !== 0 ? owner.gid : idOf('-g', 'nobody');
  for (const capability of ['', 'dac_read_search', 'dac_override']) {
    const prefix = dropTo(uid, gid, capability);
    if (runs(prefix, program)) return { uid, gid, prefix };
  }
  throw new LocalError(
    `PostgreSQL does not run as root, and user ${uid} can't reach ${program}: ` +
      'start paraphe as an ordinary user, or from a folder that others may enter.',
  );
}

function ownUser(dataDir: string): ServerUser {
  const uid = process.getuid?.();
  if (uid !== undefined && existsSync(dataDir) && statSync(dataDir).uid !== uid) {
    throw new LocalError(
      `${dataDir} belongs to another user (it was started as root before): start as root again, or choose another PARAPHE_HOME.`,
    );
  }
  return { uid: null, gid: null, prefix: [] };
}

/** `no_setuid_fixup` makes access(2), with which PostgreSQL looks for itself, count the capability too. */
function dropTo(uid: number, gid: number, capability: string): string[] {
  const base = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  if (capability === '') return [...base, '--inh-caps=-all', '--bounding-set=-all', '--'];
  return [
    ...base,
    '--securebits=+no_setuid_fixup',
    `--inh-caps=-all,+${capability}`,
    `--ambient-caps=-all,+${capability}`,
    `--bounding-set=-all,+${capability}`,
    '--',
  ];
}

function runs(prefix: readonly string[], program: string): boolean {
  const [command, ...args] = [...prefix, program, '--version'];
  const done = spawnSync(command, args, { encoding: 'utf8' });
  if (done.error !== undefined)
    throw new LocalError('setpriv (util-linux) is missing: start paraphe as an ordinary user.');
  return done.status === 0 && done.stderr === '';
}

function idOf(kind: '-u' | '-g', name: string): number {
  const id = Number.parseInt(spawnSync('id', [kind, name], { encoding: 'utf8' }).stdout, 10);
  return Number.isInteger(id) && id > 0 ? id : 65_534;
}

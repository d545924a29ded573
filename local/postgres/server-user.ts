import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { LocalError } from '../project.js';

/** The user that PostgreSQL runs as, and the words that go before its programs' names. */
export interface ServerUser {
  readonly uid: number | null;
  readonly gid: number | null;
  /** Put before every command; empty when we are not root. */
  readonly prefix: readonly string[];
}

/**
 * Makes the server's folder, with mode 0700, and says who owns it and runs the server. PostgreSQL refuses
 * to run as root: as root it runs as `nobody` (or as the present owner of the data), and where that user
 * cannot reach programs and folder (a checkout below /root), it keeps the one capability that opens
 * folders: docs/decisions/0010. Throws a LocalError when nothing works.
 */
export function chooseServerUser(home: string, program: string): ServerUser {
  mkdirSync(home, { recursive: true });
  if (process.getuid?.() !== 0) return ownUser(home);
  const { uid: owner, gid: group } = statSync(existsSync(data(home)) ? data(home) : home);
  const uid = owner === 0 ? idOf('-u', 'nobody') : owner;
  const gid = owner === 0 ? idOf('-g', 'nobody') : group;
  chownSync(home, uid, gid);
  chmodSync(home, 0o700);
  for (const capability of ['', 'dac_read_search', 'dac_override']) {
    const prefix = dropTo(uid, gid, capability);
    if (reaches(prefix, program, home)) return { uid, gid, prefix };
  }
  throw new LocalError(
    `PostgreSQL does not run as root, and user ${uid} can't reach ${program}: ` +
      'start paraphe as an ordinary user, or from a folder that others may enter.',
  );
}

const data = (home: string) => path.join(home, 'data');

function ownUser(home: string): ServerUser {
  if (process.getuid !== undefined && statSync(home).uid !== process.getuid()) {
    throw new LocalError(
      `${home} belongs to another user (it was started as root before): ` +
        'start as root again, or choose another PARAPHE_HOME.',
    );
  }
  chmodSync(home, 0o700);
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

/** A program whose libraries it can't read fails; one that does not find itself complains on stderr. */
function reaches(prefix: readonly string[], program: string, home: string): boolean {
  const [command, ...args] = [...prefix, 'sh', '-c', '"$0" --version && test -w "$1"', program, home];
  const done = spawnSync(command, args, { encoding: 'utf8' });
  if (done.error !== undefined)
    throw new LocalError('setpriv (util-linux) is missing: start paraphe as an ordinary user.');
  return done.status === 0 && done.stderr === '';
}

function idOf(kind: '-u' | '-g', name: string): number {
  const id = Number.parseInt(spawnSync('id', [kind, name], { encoding: 'utf8' }).stdout, 10);
  return Number.isInteger(id) && id > 0 ? id : 65_534;
}

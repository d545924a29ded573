import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LocalError } from '../project.js';
import { processCommand } from '../process/process-table.js';
import type { PostgresPrograms } from './programs.js';
import type { ServerUser } from './server-user.js';

export interface DataFolder {
  readonly home: string;
  readonly data: string;
  readonly password: string;
  readonly user: ServerUser;
  readonly programs: PostgresPrograms;
}

/** Makes the data folder, once: an interrupted making leaves nothing that looks finished. */
export function makeDataFolder(folder: DataFolder): void {
  if (existsSync(folder.data)) return checkVersion(folder);
  const { home, user } = folder;
  const fresh = path.join(home, 'making');
  const secret = path.join(home, 'making.secret');
  rmSync(fresh, { recursive: true, force: true });
  writeFileSync(secret, folder.password, { mode: 0o600 });
  give(secret, user);
  const options = ['--username=paraphe', '--auth=scram-sha-256', `--pwfile=${secret}`];
  const [command = '', ...args] = [...user.prefix, folder.programs.initdb, '-D', fresh, ...options];
  try {
    execFileSync(command, [...args, '--encoding=UTF8', '--locale=C', '--no-sync'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    });
  } finally {
    rmSync(secret, { force: true });
  }
  renameSync(fresh, folder.data);
}

function give(file: string, user: ServerUser): void {
  if (user.uid !== null && user.gid !== null) chownSync(file, user.uid, user.gid);
}

function checkVersion({ data, programs }: DataFolder): void {
  const file = path.join(data, 'PG_VERSION');
  const found = existsSync(file) ? readFileSync(file, 'utf8').trim() : 'unknown';
  if (found === programs.major) return;
  throw new LocalError(
    `${data} holds data of PostgreSQL ${found} and this edition runs ${programs.major}: ` +
      'move the folder away, or choose another PARAPHE_HOME.',
  );
}

/**
 * After a kill or a power cut, postmaster.pid names a process that is gone. PostgreSQL sees that by
 * itself, unless the number has gone to another process of the same user: then it would wait for ever.
 */
export function dropStalePidFile(data: string): void {
  const file = path.join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  if (!processCommand(pid).includes('postgres')) rmSync(file, { force: true });
}

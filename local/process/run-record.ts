import { accessSync, constants, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LocalError } from '../project.js';
import { isAlive, processStart } from './process-table.js';

export interface RunRecord {
  readonly note: (name: string, pid: number) => void;
  readonly clear: () => void;
}

/** A pid with its start time: it names one process for good. */
interface Known {
  readonly pid: number;
  readonly start: string | null;
}

interface Written {
  readonly supervisor: Known;
  readonly processes: Record<string, Known>;
}

const waitForEndMs = 5000;

/**
 * Takes the home folder for this process. Ends what a killed supervisor has left running there;
 * throws a LocalError when a living one has the folder.
 */
export async function claimHome(home: string): Promise<RunRecord> {
  const file = path.join(home, 'run.json');
  requireFolder(home);
  const before = read(file);
  if (before !== null && isSame(before.supervisor)) {
    throw new LocalError(
      `paraphe already runs in ${home} (process ${before.supervisor.pid}): stop it first, or choose another PARAPHE_HOME.`,
    );
  }
  await Promise.all(Object.values(before?.processes ?? {}).map(end));
  const record: Written = { supervisor: know(process.pid), processes: {} };
  const write = () => {
    writeFileSync(`${file}.part`, JSON.stringify(record), { mode: 0o600 });
    renameSync(`${file}.part`, file);
  };
  write();
  return {
    note: (name, pid) => {
      record.processes[name] = know(pid);
      write();
    },
    clear: () => rmSync(file, { force: true }),
  };
}

/** Throws a LocalError when the folder can't be made or written, because it is a file or another user's. */
function requireFolder(home: string): void {
  try {
    mkdirSync(home, { recursive: true, mode: 0o711 });
    accessSync(home, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new LocalError(
      `The data folder ${home} can't be used (${code}): make it a folder of yours, or choose another PARAPHE_HOME.`,
    );
  }
}

function know(pid: number): Known {
  return { pid, start: processStart(pid) };
}

function isSame({ pid, start }: Known): boolean {
  return pid !== process.pid && start !== null && processStart(pid) === start;
}

async function end(known: Known): Promise<void> {
  if (!isSame(known)) return;
  process.kill(known.pid, 'SIGTERM');
  const until = Date.now() + waitForEndMs;
  while (isAlive(known.pid) && Date.now() < until) await pause(50);
  if (isSame(known)) process.kill(known.pid, 'SIGKILL');
  while (isSame(known)) await pause(20);
}

function read(file: string): Written | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Written;
  } catch {
    return null;
  }
}

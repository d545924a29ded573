import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isAlive } from '../process/process-table.js';
import type { StackDescription } from '../stack/description.js';

/** The local edition that already runs in this home, or null. */
export function findRunningStack(home: string): StackDescription | null {
  const file = path.join(home, 'local.json');
  const record = path.join(home, 'run.json');
  if (!existsSync(file) || !existsSync(record)) return null;
  const { supervisor } = JSON.parse(readFileSync(record, 'utf8')) as { supervisor: { pid: number } };
  return isAlive(supervisor.pid) ? (JSON.parse(readFileSync(file, 'utf8')) as StackDescription) : null;
}

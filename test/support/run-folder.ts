import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { processStart } from '../../local/process/process-table.js';

/** The folder that all suites of one Jest run share: made by the global set-up, removed at the end. */
export function runFolder(): string {
  const folder = process.env['PARAPHE_TEST_RUN'];
  if (folder === undefined)
    throw new Error('Run the tests by Jest: its global set-up makes the shared folder.');
  return folder;
}

/** The same for all Jest runs of one `npm test`: for what each of them would make anew, which takes seconds. */
export function wholeRunFolder(): string {
  return process.env['PARAPHE_WHOLE_RUN'] ?? runFolder();
}

/** Writes down a server of this run, so that the end of the run, or the next run, ends it. */
export function noteServer(pid: number, folder: string): void {
  writeFileSync(path.join(folder, `${pid}.server`), processStart(pid) ?? '');
}

import { parseArgs } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import { createArchive } from '../../adapters/archive/create-archive.js';
import { readBackupSettings } from '../../runtime/config.js';
import { readVersion } from '../../runtime/version.js';
import { backUp, keepNewest } from './back-up.js';

/** `npm run backup -- --to DIR [--each 24h] [--keep 14]`; once, unless `--each` says how often. */
async function main(): Promise<void> {
  const options = { to: { type: 'string' }, each: { type: 'string' }, keep: { type: 'string' } } as const;
  const { to: folder, each, keep } = parseArgs({ options }).values;
  if (folder === undefined) throw new Error('Say where: npm run backup -- --to DIR');
  const { databaseUrl, archiveUrl, key } = readBackupSettings();
  const archive = createArchive(archiveUrl);
  for (;;) {
    const made = await backUp({ databaseUrl, archive, key, folder, version: readVersion(), now: new Date() });
    if (keep !== undefined) await keepNewest(folder, Number(keep));
    process.stdout.write(`${JSON.stringify(made)}\n`);
    if (each === undefined) return;
    await pause(hours(each) * 3_600_000);
  }
}

function hours(text: string): number {
  const value = Number(/^(\d+)h$/.exec(text)?.[1]);
  if (!(value > 0)) throw new Error(`--each ${text}: give hours, e.g. 24h`);
  return value;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});

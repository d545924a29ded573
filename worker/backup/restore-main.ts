import { parseArgs } from 'node:util';
import { createArchive } from '../../adapters/archive/create-archive.js';
import { readBackupSettings } from '../../runtime/config.js';
import { restore } from './restore.js';

/** `npm run restore -- --from FILE [--erased-in DATABASE_URL]`, into the database and archive of the settings. */
async function main(): Promise<void> {
  const options = { from: { type: 'string' }, 'erased-in': { type: 'string' } } as const;
  const { from: file, 'erased-in': erasedIn } = parseArgs({ options }).values;
  if (file === undefined) throw new Error('Say which: npm run restore -- --from FILE');
  const { databaseUrl, archiveUrl, key } = readBackupSettings();
  const archive = createArchive(archiveUrl);
  const extra = erasedIn === undefined ? {} : { erasedIn };
  const restored = await restore({ databaseUrl, archive, key, file, ...extra });
  process.stdout.write(`${JSON.stringify(restored)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});

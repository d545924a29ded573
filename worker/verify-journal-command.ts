import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createArchive } from '../adapters/archive/create-archive.js';
import { readJournalSettings } from '../runtime/config.js';
import { createDatabase } from '../store/database.js';
import { listEvidenceKeys } from '../store/evidence-keys.js';
import { verifyJournal, type JournalReport } from './verify-journal.js';

const USAGE = `npm run verify-journal -- [--key PEM]… [--tsa-trust PEM]… [--json]

Checks the journal's chain and its heads in the archive. Reads DATABASE_URL and ARCHIVE_URL; without them, the
local edition that runs. --key: who may have signed heads (else the keys that the database lists).
Exit 0: whole. 1: changed, removed, inserted, cut off (each fault is named). 64: could not be asked.
`;

/** `npm run verify-journal`. @returns the exit code */
export async function verifyJournalCommand(
  args: string[],
  environment: NodeJS.ProcessEnv,
  write: (text: string) => unknown,
): Promise<number> {
  const options = {
    key: { type: 'string', multiple: true },
    'tsa-trust': { type: 'string', multiple: true },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  const { values } = parseArgs({ args, options });
  if (values.help === true) {
    write(USAGE);
    return 0;
  }
  const settings = readJournalSettings(environment);
  const { db } = createDatabase(settings.DATABASE_URL, 'paraphe_worker', 2);
  try {
    const given = values.key?.map((file) => readFileSync(file, 'utf8'));
    const publicKeys = given ?? (await listEvidenceKeys(db)).map((key) => key.public_key);
    const trustFiles =
      values['tsa-trust'] ?? [settings.TSA_TRUST ?? settings.PLATFORM_TSA_TRUST ?? []].flat();
    const tsaTrust = trustFiles.map((file) => readFileSync(file, 'utf8'));
    const report = await verifyJournal(db, createArchive(settings.ARCHIVE_URL), { publicKeys, tsaTrust });
    write(values.json === true ? `${JSON.stringify(report, null, 2)}\n` : summary(report));
    return report.faults.length === 0 ? 0 : 1;
  } finally {
    await db.destroy();
  }
}

function summary({ entries, waiting, anchors, faults }: JournalReport): string {
  const head = faults.length === 0 ? 'The journal is whole' : `The journal has ${faults.length} fault(s)`;
  const lines = faults.map(({ kind, detail }) => `  ${kind}: ${detail}`);
  const counts = `${entries} entries chained, ${waiting} waiting, ${anchors.checked} heads outside (${anchors.timestamped} timestamped)`;
  return `${[`${head}: ${counts}.`, ...lines].join('\n')}\n`;
}

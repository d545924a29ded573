import { randomBytes } from 'node:crypto';
import { access, link, mkdir, open, readdir, readFile, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ArchiveMissing, checkKey, type Archive } from './archive.js';

/** A file whose writer was killed keeps this ending, and is none of the archive's. */
const DRAFT = '.part';
const ABANDONED_MS = 3_600_000;

/** An archive in a folder. A file appears whole or not at all, and is on the disk before `put` returns. */
export function createFileArchive(url: string): Archive {
  const root = fileURLToPath(url);
  const pathOf = (key: string): string => join(root, checkKey(key));
  return {
    async put(key, bytes) {
      const path = pathOf(key);
      await mkdir(dirname(path), { recursive: true });
      await clearDrafts(dirname(path));
      await writeOnce(path, bytes);
    },
    async get(key) {
      return readFile(pathOf(key)).catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'ENOENT' ? new ArchiveMissing(`the archive has no ${key}`) : error;
      });
    },
    has: (key) =>
      access(pathOf(key)).then(
        () => true,
        () => false,
      ),
    async remove(key) {
      await rm(pathOf(key), { force: true });
    },
    async list(prefix) {
      const entries = await readdir(join(root, dirname(`${prefix}x`)), {
        recursive: true,
        withFileTypes: true,
      }).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      });
      const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith(DRAFT));
      const keys = files.map((file) => relative(root, join(file.parentPath, file.name)).split(sep).join('/'));
      return keys.filter((key) => key.startsWith(prefix)).sort();
    },
  };
}

/** Removes what killed writers have left; a writer at work is younger. */
async function clearDrafts(folder: string): Promise<void> {
  const drafts = (await readdir(folder)).filter((name) => name.endsWith(DRAFT));
  for (const name of drafts) {
    const path = join(folder, name);
    const written = await stat(path).catch(() => null);
    if (written !== null && Date.now() - written.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
  }
}

async function writeOnce(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}${DRAFT}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  // A link never replaces what is there, as a rename would.
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await unlink(draft);
  await syncFolder(dirname(path));
}

/** Makes the new name durable, not only the bytes. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

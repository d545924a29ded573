import { createReadStream } from 'node:fs';
import { open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Characters read or written at once. */
const CHUNK = 1_048_576;

/** An append-only file of JSON lines: a line is on the disk, whole, when its promise resolves. */
export interface Journal {
  append(line: string): Promise<void>;
  /** Resolves when everything appended so far is on the disk. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

interface Waiting {
  readonly line: string;
  resolve(): void;
  reject(error: unknown): void;
}

/** Lines of an earlier life. A last line without its end was never acknowledged, so it is left out. */
export async function* readJournal(path: string): AsyncGenerator<string> {
  const isThere = await stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
  if (!isThere) return;
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: CHUNK })) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** Writes `lines` beside `path` and puts them in its place in one step, so a crash leaves the old file or the new. */
export async function replaceJournal(path: string, lines: Iterable<string>): Promise<void> {
  const fresh = `${path}.new`;
  const file = await open(fresh, 'w', 0o600);
  try {
    let chunk = '';
    for (const line of lines) {
      chunk += `${line}\n`;
      if (chunk.length < CHUNK) continue;
      await file.appendFile(chunk);
      chunk = '';
    }
    await file.appendFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
  await syncFolder(dirname(path));
}

/** Makes a new or renamed entry of a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Opens for appending. Writers that come together share one write and one sync, so thousands a second fit. */
export async function openJournal(path: string): Promise<Journal> {
  const file = await open(path, 'a', 0o600);
  let waiting: Waiting[] = [];
  let writing: Promise<void> | null = null;
  let broken: unknown = null;

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        if (broken !== null) throw broken;
        await file.appendFile(batch.map((one) => `${one.line}\n`).join(''));
        await file.datasync();
        for (const one of batch) one.resolve();
      } catch (error) {
        // What memory holds is ahead of the disk now: refuse everything until a restart has read the disk again.
        broken = error;
        for (const one of batch) one.reject(error);
      }
    }
    writing = null;
  };
  const append = (line: string): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.push({ line, resolve, reject });
      writing ??= drain();
    });
  const settled = async (): Promise<void> => {
    if (writing !== null) await writing;
    if (broken !== null) throw broken;
  };
  return {
    append,
    settled,
    close: async () => {
      await writing;
      await file.close();
    },
  };
}

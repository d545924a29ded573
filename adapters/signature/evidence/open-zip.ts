import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';

/** A ZIP whose files are read one by one. */
export interface OpenZip {
  readonly paths: readonly string[];
  /** @throws Error when there is no such file, or it does not unpack */
  read(path: string): Promise<Buffer>;
  close(): void;
}

const MAX_ENTRIES = 1_000;
const MAX_FILE = 64 * 1024 * 1024;

/** @throws Error for what is no ZIP, names a file twice or holds too much */
export async function openZip(file: string): Promise<OpenZip> {
  const zip = await openPromise(file, { autoClose: false, strictFileNames: true });
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) {
      if (entries.has(entry.fileName)) throw new Error(`${entry.fileName} is in the file twice`);
      if (entries.size >= MAX_ENTRIES) throw new Error('the file holds too many files');
      entries.set(entry.fileName, entry);
    }
  } catch (error) {
    zip.close();
    throw error;
  }
  return {
    paths: [...entries.keys()],
    read: (path) => readEntry(zip, path, entries.get(path)),
    close: () => zip.close(),
  };
}

async function readEntry(zip: ZipFile, path: string, entry: Entry | undefined): Promise<Buffer> {
  if (entry === undefined) throw new Error(`${path} is missing`);
  if (entry.uncompressedSize > MAX_FILE) throw new Error(`${path} is too large`);
  // Its stream ends with an error when it holds more than the entry says.
  const content = await buffer(await zip.openReadStreamPromise(entry));
  if (crc32(content) !== entry.crc32) throw new Error(`${path} is damaged`);
  return content;
}

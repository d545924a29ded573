import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { EvidenceFile } from '../adapters/archive/evidence-pack.js';

/** A file that is read when its turn comes: documents are large. */
export interface LateFile {
  path: string;
  size: number;
  read(): Promise<Buffer>;
}

/**
 * The evidence as one ZIP, one document in memory at a time; the same files at the same time make the same bytes.
 * Documents don't get smaller by packing, so nothing is compressed.
 */
export function evidenceZip(files: readonly (EvidenceFile | LateFile)[], mtime: Date): Readable {
  const zip = new ZipFile();
  const options = { mtime, mode: 0o100644, compress: false };
  for (const file of files) {
    if ('content' in file) {
      zip.addBuffer(file.content, file.path, options);
      continue;
    }
    zip.addReadStreamLazy(file.path, { ...options, size: file.size }, (give) => {
      file.read().then(
        (content) => give(null, Readable.from([content], { objectMode: false })),
        (error: unknown) => give(error, Readable.from([])),
      );
    });
  }
  zip.end();
  const output = zip.outputStream as Readable;
  zip.on('error', (error: Error) => output.destroy(error));
  return output;
}

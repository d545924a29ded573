import type { Response } from 'express';

import type { Contract } from '../model.js';
import type { Documents } from '../record/documents.js';
import { TwinError } from '../twin-error.js';

/** Sends a document of a contract, to be shown in the page: `main`, `signed` or `annex`, and its place. */
export async function sendFile(
  response: Response,
  documents: Documents,
  contract: Contract,
  kind: string,
  index: number,
): Promise<void> {
  const list = kind === 'annex' ? contract.annexes : contract.mainDocument;
  const document = list[index];
  const digest = kind === 'signed' ? document?.sealed : document?.digest;
  if (document === undefined || !digest) throw new TwinError('unknown_contract');
  const bytes = await documents.get(digest);
  const isPdf = bytes.subarray(0, 1024).includes('%PDF-');
  const name = kind === 'signed' ? document.name.replace(/(\.pdf)?$/i, '-signed.pdf') : document.name;
  // Only our own pages may frame it; a file that is no PDF is handed over, never shown.
  response.set({
    'Content-Type': isPdf ? 'application/pdf' : 'application/octet-stream',
    'Content-Disposition': `${isPdf ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(name)}`,
    'Content-Security-Policy': "frame-ancestors 'self'",
  });
  response.send(bytes);
}

import { createHash } from 'node:crypto';
import { memberProblem, type Problem } from '../../domain/problem.js';
import { MAX_DOCUMENT_BYTES, type Trigger, type TriggerDocument } from '../../domain/schemas/trigger.js';
import { inspectPdf, inspectPdfLeniently, PdfError } from '../../pdf/index.js';

/** A document of a trigger, decoded and found to be a PDF that opens. */
export interface ReadDocument {
  name: string;
  kind: 'main' | 'annex';
  content: Buffer;
  sha256: string;
  pages: number;
}

/** Finds a PDF that was uploaded before; null when there is none for this client. */
export type FindUpload = (id: string) => Promise<{ content: Buffer; sha256: string; pages: number } | null>;

/**
 * The documents and annexes of a trigger.
 * @throws Problem that points at the one that is no base64, too large, no PDF, encrypted, damaged or unknown
 */
export async function readDocuments(trigger: Trigger, findUpload: FindUpload): Promise<ReadDocument[]> {
  const read: ReadDocument[] = [];
  for (const [index, document] of trigger.documents.entries())
    read.push(await readOne(document, 'main', `/documents/${index}`, findUpload));
  for (const [index, document] of trigger.annexes.entries())
    read.push(await readOne(document, 'annex', `/annexes/${index}`, findUpload));
  return read;
}

async function readOne(
  document: TriggerDocument,
  kind: 'main' | 'annex',
  pointer: string,
  findUpload: FindUpload,
): Promise<ReadDocument> {
  const { name, content, documentId } = document;
  if (content === undefined) {
    const upload = await findUpload(documentId ?? '');
    if (upload === null) throw memberProblem('unknown_document', `${pointer}/documentId`);
    return { name, kind, ...upload };
  }
  const bytes = decode(content, `${pointer}/content`);
  return { name, kind, content: bytes, ...(await inspect(bytes, `${pointer}/content`)) };
}

/** Digest and pages of a PDF. @throws Problem when it is none that opens */
export async function inspect(bytes: Buffer, pointer: string): Promise<{ sha256: string; pages: number }> {
  if (bytes.length > MAX_DOCUMENT_BYTES) throw memberProblem('document_too_large', pointer);
  const pages = await pagesOf(bytes, pointer);
  return { sha256: createHash('sha256').update(bytes).digest('hex'), pages };
}

async function pagesOf(bytes: Buffer, pointer: string): Promise<number> {
  try {
    return inspectPdf(bytes).pages;
  } catch (error) {
    if (!isDamaged(error)) throw refusal(error, pointer);
  }
  try {
    return (await inspectPdfLeniently(bytes)).pages;
  } catch (error) {
    throw refusal(error, pointer);
  }
}

function isDamaged(error: unknown): boolean {
  return error instanceof PdfError && error.code !== 'encrypted' && error.code !== 'not_a_pdf';
}

function refusal(error: unknown, pointer: string): Problem {
  if (!(error instanceof PdfError)) throw error;
  if (error.code === 'encrypted') return memberProblem('pdf_encrypted', pointer);
  return memberProblem(error.code === 'not_a_pdf' ? 'not_a_pdf' : 'pdf_damaged', pointer);
}

function decode(text: string, pointer: string): Buffer {
  if (text.length > (MAX_DOCUMENT_BYTES / 3 + 1) * 4) throw memberProblem('document_too_large', pointer);
  const bytes = Buffer.from(text, 'base64');
  // Node passes over what is not base64: then fewer bytes come out than the text's length promises.
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  if (text.length % 4 !== 0 || bytes.length !== (text.length / 4) * 3 - padding)
    throw memberProblem('invalid_request', pointer, 'is not base64');
  return bytes;
}

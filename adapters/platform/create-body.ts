import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { NewContract, NewFile } from '../../domain/platform.js';

/** A body of JSON that is made while it is sent. */
export interface StreamedBody {
  /** In bytes. */
  readonly length: number;
  readonly stream: Readable;
}

/** A multiple of three, so that pieces of base64 join without padding. */
const PIECE = 3 * 256 * 1024;

/**
 * The body that creates a contract. Files are read one after the other while it is sent: five of 20 MB would take
 * several times their size as one text. A file that is not as long as was said breaks the request off.
 * @param mayEnd asked before the last piece; where it says no, the request breaks off
 */
export function createBody(
  keys: object,
  contract: NewContract,
  mayEnd: () => Promise<boolean>,
): StreamedBody {
  // Nobody who words a contract knows the mark beforehand.
  const mark = randomBytes(12).toString('hex');
  const files = [...contract.documents, ...contract.annexes];
  const texts = JSON.stringify({ ...keys, ...membersOf(contract, mark) }).split(mark);
  const length = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return {
    length: files.reduce((sum, { size }) => sum + Math.ceil(size / 3) * 4, length),
    stream: Readable.from(piecesOf(texts, files, mayEnd), { objectMode: false }),
  };
}

async function* piecesOf(
  texts: readonly string[],
  files: readonly NewFile[],
  mayEnd: () => Promise<boolean>,
): AsyncGenerator<Buffer> {
  for (const [index, text] of texts.entries()) {
    const file = files[index];
    if (file === undefined && !(await mayEnd())) throw new Error('the end of the request is withheld');
    yield Buffer.from(text);
    if (file !== undefined) yield* base64Of(file);
  }
}

async function* base64Of({ size, read }: NewFile): AsyncGenerator<Buffer> {
  const content = await read();
  if (content.length !== size) throw new Error('a deposited document is not as long as it was');
  for (let at = 0; at < size; at += PIECE) {
    const piece = content.subarray(at, at + PIECE);
    const text = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('base64');
    yield Buffer.from(text, 'latin1');
  }
}

/** Each file's content is the mark. */
function membersOf(contract: NewContract, mark: string): object {
  const { signatories, owner, message } = contract.notify;
  const named = ({ name }: NewFile): object => ({ name, data: mark });
  return {
    contract: { label: contract.label, language: contract.language, deadline: contract.deadline },
    mainDocument: contract.documents.map(named),
    annexes: contract.annexes.map(named),
    signatories: contract.signatories.map(({ mobile, deposit, ...person }) => ({
      ...person,
      ...(mobile === null ? {} : { mobile }),
      ...(deposit === null ? {} : { deposit }),
    })),
    notify: { signatory: signatories, owner, ...(message === null ? {} : { submitMessage: message }) },
    action: { submit: contract.submit },
  };
}

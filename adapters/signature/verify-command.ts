import { parseArgs } from 'node:util';

import type { VerifyInput } from './verify-document.js';
import { LEVELS, type Level } from './verify/report.js';

export const USAGE = `usage: npm run verify-document -- --signed FILE [--original FILE] --trust PEM... --tsa-trust PEM...
  --signatory NAME     must be named in the document (repeatable)
  --text TEXT          must stand in the document: a label, an id (repeatable)
  --signer NAME        common name of a certificate that must have signed, and no other (repeatable)
  --signatures N       how many signatures there must be
  --min-level LEVEL    B-B, B-T, B-LT or B-LTA
  --crl FILE           a certificate revocation list, DER or PEM (repeatable)
  --allow-stamp TEXT   a text that may be stamped on the deposited pages (repeatable)
  --allow-watermark    a pale image or drawing, the same on each page, may lie over the deposited pages
  --at TIME            judge as of this time (ISO 8601) instead of now
  --json               print the whole report
exit: 0 passed, 1 failed, 2 indeterminate, 64 the command was not understood
`;

/** A command line that cannot be carried out, told to the person who typed it. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

const TEXT = { type: 'string' } as const;
const LIST = { type: 'string', multiple: true } as const;
const OPTIONS = {
  signed: TEXT,
  original: TEXT,
  signatory: LIST,
  text: LIST,
  signer: LIST,
  signatures: TEXT,
  'min-level': TEXT,
  trust: LIST,
  'tsa-trust': LIST,
  crl: LIST,
  'allow-stamp': LIST,
  'allow-watermark': { type: 'boolean' },
  at: TEXT,
  json: { type: 'boolean' },
} as const;

type ReadFile = (path: string) => Buffer;

/** What to verify, from the arguments and the files they name. Throws CommandError. */
export function readCommand(
  args: readonly string[],
  readFile: ReadFile,
): { input: VerifyInput; json: boolean } {
  const values = parse(args);
  const open = (option: string, path: string): Buffer => {
    try {
      return readFile(path);
    } catch (error) {
      throw new CommandError(
        `--${option} ${path}: ${(error as NodeJS.ErrnoException).code ?? 'cannot be read'}`,
      );
    }
  };
  const required = (option: 'trust' | 'tsa-trust'): string[] => {
    if (!values[option]?.length) throw new CommandError(`--${option} is missing`);
    return values[option].map((path) => open(option, path).toString('utf8'));
  };
  if (!values.signed) throw new CommandError('--signed is missing');
  const input: VerifyInput = {
    signed: open('signed', values.signed),
    ...(values.original === undefined ? {} : { original: open('original', values.original) }),
    signerTrust: required('trust'),
    tsaTrust: required('tsa-trust'),
    crls: (values.crl ?? []).map((path) => fromPem(open('crl', path))),
    signatories: values.signatory ?? [],
    texts: values.text ?? [],
    expectedSigners: values.signer ?? [],
    allowStamps: values['allow-stamp'] ?? [],
    allowWatermark: values['allow-watermark'] ?? false,
    ...(values.signatures === undefined ? {} : { signatures: readCount(values.signatures) }),
    ...(values['min-level'] === undefined ? {} : { minimumLevel: readLevel(values['min-level']) }),
    ...(values.at === undefined ? {} : { at: readTime(values.at) }),
  };
  return { input, json: values.json ?? false };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}

function readCount(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new CommandError(`--signatures ${text}: a whole number is expected`);
  return Number(text);
}

function readLevel(text: string): Level {
  const level = LEVELS.find((item) => item === text);
  if (!level) throw new CommandError(`--min-level ${text}: one of ${LEVELS.join(', ')} is expected`);
  return level;
}

function readTime(text: string): Date {
  const time = new Date(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(time.getTime())) {
    throw new CommandError(`--at ${text}: a time such as 2026-01-31T12:00:00Z is expected`);
  }
  return time;
}

function fromPem(bytes: Buffer): Buffer {
  const match = /-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]+)-----END/.exec(bytes.toString('latin1'));
  return match ? Buffer.from(match[1] as string, 'base64') : bytes;
}

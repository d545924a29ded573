import type { Fault } from './faults.js';
import { LOG_TAMPERINGS, tamperLog, type LogEntry } from './tamper-log.js';

interface WireDocument {
  readonly name: string;
  readonly data: string;
  readonly 'data.sign'?: string;
}

/** Applies `tamper_signed`, `tamper_log` and `seal_late` to the answer of a detail request; other answers pass as they are. */
export function tamper(answer: object, struck: readonly Fault[], now: number): object {
  const detail = answer as { mainDocument?: WireDocument[]; signedAt?: string | null; log: LogEntry[] };
  if (detail.mainDocument === undefined) return answer;
  let documents = detail.mainDocument;
  let log = detail.log;
  for (const fault of struck) {
    if (fault.kind === 'tamper_signed') documents = documents.map((one) => spoiled(one, fault));
    if (fault.kind === 'tamper_log')
      log = tamperLog(log, LOG_TAMPERINGS.find((how) => how === fault.how) ?? 'drop');
    if (fault.kind === 'seal_late' && isStillLate(fault, detail.signedAt ?? null, now)) {
      documents = documents.map(({ name, data }) => ({ name, data }));
    }
  }
  return { ...answer, mainDocument: documents, log };
}

/** With `ms`, late for so long after the signature; without, at each strike. */
function isStillLate(fault: Fault, signedAt: string | null, now: number): boolean {
  return fault.ms === undefined || signedAt === null || now < Date.parse(signedAt) + fault.ms;
}

function spoiled(document: WireDocument, fault: Fault): WireDocument {
  const signed = document['data.sign'];
  if (signed === undefined) return document;
  if (fault.how === 'unsigned') return { ...document, 'data.sign': document.data };
  const bytes = Buffer.from(signed, 'base64');
  if (fault.how === 'truncate') {
    return { ...document, 'data.sign': bytes.subarray(0, Math.floor(bytes.length * 0.9)).toString('base64') };
  }
  // A quarter into the file lies well inside what the signature covers, far from the signature itself.
  const at = Math.floor(bytes.length / 4);
  bytes[at] = (bytes[at] ?? 0) ^ 0x01;
  return { ...document, 'data.sign': bytes.toString('base64') };
}

import { PlatformUncertain, type DetailedContract, type Platform } from '../../domain/platform.js';
import { createBase64File } from './base64-file.js';
import { createBody, type StreamedBody } from './create-body.js';
import type { FilesAnswer } from './read-files-answer.js';
import {
  createFilesTransport,
  createTransport,
  createUploadTransport,
  readAnswer,
  type FilesTransport,
  type Transport,
  type TransportDeps,
  type UploadTransport,
} from './transport.js';
import * as wire from './wire.js';
import type { z } from 'zod';

/** Largest signed document that is kept: what was deposited has up to 25 MB, the signatures add little. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** The eight requests of the platform (CP2–CP9), in the product's words. */
export function createPlatform(deps: TransportDeps): Platform {
  const ways = {
    send: createTransport(deps),
    upload: createUploadTransport(deps),
    sendForFiles: createFilesTransport(deps),
  };
  return platformOver(ways, deps.maxAnswerBytes);
}

/** The same over any way to send a request. @param maxAnswerBytes largest answer that is read */
export function platformOver(
  { send, upload, sendForFiles }: { send: Transport; upload: UploadTransport; sendForFiles: FilesTransport },
  maxAnswerBytes: number,
): Platform {
  return {
    async check() {
      const { platform, account } = await send('checkConnexionRequest', {}, wire.checkAnswer);
      return { environment: platform, account };
    },
    async create(contract, mayStillSend) {
      let withheld = false;
      const mayEnd = async (): Promise<boolean> => {
        withheld = !(await mayStillSend());
        return !withheld;
      };
      const build = (keys: object): StreamedBody => createBody(keys, contract, mayEnd);
      const answer = await upload('contractCreateRequest', build, wire.createAnswer).catch((error) => {
        // The platform has not got all of it: it can't have done it.
        throw withheld ? new PlatformUncertain('connection', false) : error;
      });
      const signatoryPlatformIds = answer.signatories.map((signatory) => signatory.signatoryId);
      return { platformId: answer.contractId, status: answer.status, signatoryPlatformIds };
    },
    async list({ from, to, statuses }) {
      const filter = { ...(statuses && { status: statuses }), ...(from && { from }), ...(to && { to }) };
      const { contracts } = await send('contractListRequest', { filter }, wire.listAnswer);
      return contracts.map(({ contractId, ...rest }) => ({ platformId: contractId, ...rest }));
    },
    async detail(platformId, { documents = false } = {}) {
      const wanted = documents ? wire.SIGNED_FILE : null;
      const limits = { maxAnswerBytes, maxFileBytes: MAX_FILE_BYTES, wanted };
      const answer = await sendForFiles('contractDetailRequest', { contractId: platformId }, limits);
      const detail = readAnswer(answer.data, wire.detailAnswer);
      if (detail.contractId !== platformId) throw new PlatformUncertain('bad_answer', true, 200);
      return readDetail(detail, documents ? answer : null);
    },
    async cancel(platformId) {
      await send('contractCancelRequest', { contractId: platformId }, wire.cancelAnswer);
    },
    async sendSms(platformId, signatoryId) {
      return readSms(
        await send('signatorySendSmsRequest', { contractId: platformId, signatoryId }, wire.smsAnswer),
      );
    },
    async sendSmsToAll(platformId) {
      const answer = await send(
        'signatorySendAllSmsRequest',
        { contractId: platformId },
        wire.smsToAllAnswer,
      );
      return answer.signatories.map(readSms);
    },
    async sign(platformId, signatoryId, code) {
      const body = { contractId: platformId, signatoryId, code };
      const { contractStatus } = await send('signatorySignRequest', body, wire.signAnswer);
      return { allSigned: contractStatus === 'signed' };
    },
  };
}

const NOT_READ = { signed: null, fault: null };

function readFile(
  value: string,
  files: FilesAnswer,
): Pick<DetailedContract['documents'][number], 'signed' | 'fault'> {
  const long = files.fileOf(value);
  if (long !== undefined) return { signed: long.content, fault: long.fault };
  const short = createBase64File(MAX_FILE_BYTES);
  short.write(Buffer.from(value));
  short.end();
  return { signed: short.content, fault: short.fault };
}

function readSms({ signatoryId, smsSent, smsLeft }: z.output<typeof wire.smsAnswer>): {
  signatoryPlatformId: string;
  smsSent: number;
  smsLeft: number;
} {
  return { signatoryPlatformId: signatoryId, smsSent, smsLeft };
}

/** @param files null when the documents were not asked for */
function readDetail(answer: z.output<typeof wire.detailAnswer>, files: FilesAnswer | null): DetailedContract {
  const { contractId, signatories, mainDocument, log, ...rest } = answer;
  return {
    ...rest,
    platformId: contractId,
    signatories: signatories.map(({ signatoryId, deposit, ...signatory }) => ({
      ...signatory,
      platformId: signatoryId,
      depositPaidAt: deposit?.paidAt ?? null,
    })),
    documents: mainDocument.map(({ name, [wire.SIGNED_FILE]: signed }) => ({
      name,
      ...(signed == null || files === null ? NOT_READ : readFile(signed, files)),
    })),
    log: log.map(({ at, event, signatoryId, detail }) => ({
      at,
      event,
      signatoryPlatformId: signatoryId,
      detail,
    })),
  };
}

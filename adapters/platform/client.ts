import type { DetailedContract, NewContract, Platform } from '../../domain/platform.js';
import { createTransport, type TransportDeps } from './transport.js';
import * as wire from './wire.js';
import type { z } from 'zod';

/** The eight requests of the platform (CP2–CP9), in the product's words. */
export function createPlatform(deps: TransportDeps): Platform {
  const send = createTransport(deps);
  return {
    async check() {
      const { platform, account } = await send('checkConnexionRequest', {}, wire.checkAnswer);
      return { environment: platform, account };
    },
    async create(contract) {
      const answer = await send('contractCreateRequest', createBody(contract), wire.createAnswer);
      const signatoryPlatformIds = answer.signatories.map((signatory) => signatory.signatoryId);
      return { platformId: answer.contractId, status: answer.status, signatoryPlatformIds };
    },
    async list({ from, to, statuses }) {
      const filter = { ...(statuses && { status: statuses }), ...(from && { from }), ...(to && { to }) };
      const { contracts } = await send('contractListRequest', { filter }, wire.listAnswer);
      return contracts.map(({ contractId, ...rest }) => ({ platformId: contractId, ...rest }));
    },
    async detail(platformId) {
      return readDetail(await send('contractDetailRequest', { contractId: platformId }, wire.detailAnswer));
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

function createBody(contract: NewContract): object {
  const encode = ({ name, content }: { name: string; content: Uint8Array }): object => ({
    name,
    data: Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('base64'),
  });
  const { signatories, owner, message } = contract.notify;
  return {
    contract: { label: contract.label, language: contract.language, deadline: contract.deadline },
    mainDocument: contract.documents.map(encode),
    annexes: contract.annexes.map(encode),
    signatories: contract.signatories.map(({ mobile, deposit, ...person }) => ({
      ...person,
      ...(mobile === null ? {} : { mobile }),
      ...(deposit === null ? {} : { deposit }),
    })),
    notify: { signatory: signatories, owner, ...(message === null ? {} : { submitMessage: message }) },
    action: { submit: contract.submit },
  };
}

function readSms({ signatoryId, smsSent, smsLeft }: z.output<typeof wire.smsAnswer>): {
  signatoryPlatformId: string;
  smsSent: number;
  smsLeft: number;
} {
  return { signatoryPlatformId: signatoryId, smsSent, smsLeft };
}

function readDetail(answer: z.output<typeof wire.detailAnswer>): DetailedContract {
  const { contractId, signatories, mainDocument, log, ...rest } = answer;
  return {
    ...rest,
    platformId: contractId,
    signatories: signatories.map(({ signatoryId, deposit, ...signatory }) => ({
      ...signatory,
      platformId: signatoryId,
      depositPaidAt: deposit?.paidAt ?? null,
    })),
    documents: mainDocument.map(({ name, 'data.sign': signed }) => ({
      name,
      signed: signed == null ? null : Buffer.from(signed, 'base64'),
    })),
    log: log.map(({ at, event, signatoryId, detail }) => ({
      at,
      event,
      signatoryPlatformId: signatoryId,
      detail,
    })),
  };
}

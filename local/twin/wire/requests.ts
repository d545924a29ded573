import type { Clock } from '../clock.js';
import { createContract } from '../contract/create.js';
import { cancelContract } from '../contract/end.js';
import type { Desk, Outcome } from '../contract/desk.js';
import { sendAllSms, sendSms } from '../contract/sms.js';
import { sign } from '../contract/sign.js';
import { findContract, findSignatory } from '../contract/find.js';
import type { Turn } from '../contract/turn.js';
import type { Account } from '../model.js';
import type { Change } from '../record/memory.js';
import type { Documents } from '../record/documents.js';
import type { State } from '../record/state.js';
import { detailOf, listOf } from './answers.js';
import { readOrder } from './order.js';
import {
  contractSchema,
  createSchema,
  emptySchema,
  listSchema,
  readBody,
  signatoryOfSchema,
  signSchema,
} from './schemas.js';

export interface WireDeps {
  readonly state: State;
  readonly clock: Clock;
  readonly desk: Desk;
  readonly documents: Documents;
}

/** How a request's record joins the change it made, so that both reach the disk together. */
type Recorder = (outcome: Outcome<unknown>) => Change[];

/** Answers one request of an account whose keys are good; throws TwinError. */
export type RequestHandler = (
  account: Account,
  body: Record<string, unknown>,
  recorder: Recorder,
) => Promise<object>;

export const REQUEST_NAMES = [
  'checkConnexionRequest',
  'contractCreateRequest',
  'contractListRequest',
  'contractDetailRequest',
  'contractCancelRequest',
  'signatorySendSmsRequest',
  'signatorySendAllSmsRequest',
  'signatorySignRequest',
] as const;
export type RequestName = (typeof REQUEST_NAMES)[number];

/** The eight requests of the wire. */
export function createRequests(deps: WireDeps): Record<RequestName, RequestHandler> {
  const { desk, documents, state } = deps;
  const act =
    (work: (turn: Turn, body: Record<string, unknown>) => object): RequestHandler =>
    (account, body, recorder) =>
      desk.perform(account, 'api', (turn) => work(turn, body), recorder);

  return {
    checkConnexionRequest: act((turn, body) => {
      readBody(emptySchema, body);
      return { platform: turn.account.rules, account: turn.account.user };
    }),
    contractCreateRequest: async (account, body, recorder) => {
      const order = await readOrder(readBody(createSchema, body), documents, deps.clock);
      return desk.perform(account, 'api', (turn) => created(createContract(turn, order)), recorder);
    },
    contractListRequest: act((turn, body) => {
      const { filter } = readBody(listSchema, body);
      return listOf(state.contracts.values(), turn.account.user, filter ?? {});
    }),
    contractDetailRequest: async (account, body, recorder) => {
      const { contractId } = readBody(contractSchema, body);
      const find = (turn: Turn) => structuredClone(findContract(state, turn.account, contractId));
      const contract = await desk.perform(account, 'api', find, recorder);
      return detailOf(contract, account, documents);
    },
    contractCancelRequest: act((turn, body) => {
      const contract = findContract(state, turn.account, readBody(contractSchema, body).contractId);
      cancelContract(turn, contract);
      return { contractId: contract.id, status: contract.status };
    }),
    signatorySendSmsRequest: act((turn, body) => {
      const ids = readBody(signatoryOfSchema, body);
      const contract = findContract(state, turn.account, ids.contractId);
      return sendSms(turn, contract, findSignatory(contract, ids.signatoryId));
    }),
    signatorySendAllSmsRequest: act((turn, body) => {
      const contract = findContract(state, turn.account, readBody(contractSchema, body).contractId);
      return { signatories: sendAllSms(turn, contract) };
    }),
    signatorySignRequest: act((turn, body) => {
      const order = readBody(signSchema, body);
      const contract = findContract(state, turn.account, order.contractId);
      const signatory = findSignatory(contract, order.signatoryId);
      sign(turn, contract, signatory, order.code);
      return { signatoryId: signatory.id, status: 'signed', contractStatus: contract.status };
    }),
  };
}

function created(contract: ReturnType<typeof createContract>): object {
  return {
    contractId: contract.id,
    status: contract.status,
    signatories: contract.signatories.map((one) => ({ signatoryId: one.id, email: one.email })),
  };
}

import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';

import { completeMobile } from '../contract/create.js';
import { payDeposit, TEST_CARD } from '../contract/deposit.js';
import { findSignatory } from '../contract/find.js';
import { sign } from '../contract/sign.js';
import { SANDBOX_CODE, sendSms } from '../contract/sms.js';
import type { Turn } from '../contract/turn.js';
import type { Core } from '../core.js';
import type { Account, Contract, Signatory } from '../model.js';
import { mobileSchema } from '../wire/schemas.js';
import { accountOf, anyContract } from './contracts.js';

const signSchema = z.strictObject({ code: z.string().optional() }).default({});
const mobileBody = z.strictObject({ mobile: mobileSchema });
const cardSchema = z
  .strictObject({
    number: z.string().default(TEST_CARD),
    expiry: z.string().default('12/99'),
    cryptogram: z.string().default('123'),
  })
  .prefault({});

type Work = (turn: Turn, contract: Contract, signatory: Signatory, body: unknown) => void;

/** What a signatory does on the site, or the depositor with one: `POST …/{sms|sign|pay|mobile}`. */
export function personRoutes(core: Core): Router {
  const router = express.Router({ mergeParams: true });
  const act =
    (work: Work) =>
    async (request: Request, response: Response): Promise<void> => {
      const { contractId, signatoryId } = request.params as { contractId: string; signatoryId: string };
      const contract = anyContract(core, contractId);
      const signatory = findSignatory(contract, signatoryId);
      await core.desk.perform(accountOf(core, contract), 'site', (turn) => {
        work(turn, contract, signatory, request.body);
      });
      response.json({ contractId, contractStatus: contract.status, signatory });
    };
  router.post('/sms', act(sendSms));
  router.post(
    '/sign',
    act((turn, contract, signatory, body) => {
      sign(turn, contract, signatory, signSchema.parse(body).code ?? rightCode(turn, contract, signatory));
    }),
  );
  router.post(
    '/pay',
    act((turn, contract, signatory, body) => {
      payDeposit(turn, contract, signatory, cardSchema.parse(body));
    }),
  );
  router.post(
    '/mobile',
    act((turn, contract, signatory, body) => {
      completeMobile(turn, contract, signatory, mobileBody.parse(body).mobile);
    }),
  );
  return router;
}

/** The code the person would type: the newest one sent; under production rules one is sent first when there is none. */
function rightCode(turn: Turn, contract: Contract, signatory: Signatory): string {
  const account: Account = turn.account;
  if (account.rules === 'sandbox') return SANDBOX_CODE;
  if (signatory.sms.length === 0 && signatory.status === 'pending') sendSms(turn, contract, signatory);
  return signatory.sms.at(-1)?.code ?? '';
}

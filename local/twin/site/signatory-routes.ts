import express, { type Request, type Response, type Router } from 'express';

import { cardFault, payDeposit } from '../contract/deposit.js';
import { sign } from '../contract/sign.js';
import { sendSms } from '../contract/sms.js';
import type { Turn } from '../contract/turn.js';
import type { Core } from '../core.js';
import type { Account, Contract, Signatory } from '../model.js';
import { sendFile } from './files.js';
import { goodMessage, renderPage, type Message } from './page.js';
import type { Sessions } from './session.js';
import { signatoryPage } from './signatory-page.js';
import type { Done } from './texts.js';
import { explain, FormRefusal, readForm, readVisit } from './visit.js';

interface Guest {
  readonly account: Account;
  readonly contract: Contract;
  readonly signatory: Signatory;
}

type Step = (turn: Turn, guest: Guest, fields: Record<string, string>) => void;

/** `/sign/{link}`: whoever has the link of the mail is the signatory, as on the platform. */
export function signatoryRoutes(core: Core, sessions: Sessions): Router {
  const router = express.Router();

  const show = (
    request: Request,
    response: Response,
    guest: Guest,
    status = 200,
    message: Message | null = null,
  ): void => {
    const visit = readVisit(sessions, request, response, guest.contract.language);
    const { texts, language } = visit;
    const said = message ?? goodMessage(texts, visit.done);
    const body = signatoryPage({ visit, ...guest });
    const title = guest.contract.label;
    const path = `/sign/${guest.signatory.link}`;
    response
      .status(status)
      .send(renderPage({ texts, language, title, path, rules: guest.account.rules, body, message: said }));
  };

  const step =
    (done: Done, work: Step) =>
    async (request: Request<{ link: string }>, response: Response): Promise<void> => {
      const guest = guestOf(core, request.params.link);
      if (guest === null) return;
      try {
        const fields = readForm(sessions, request);
        await core.desk.perform(guest.account, 'site', (turn) => {
          work(turn, guest, fields);
        });
        response.redirect(303, `/sign/${request.params.link}?done=${done}`);
      } catch (error) {
        const { texts } = readVisit(sessions, request, response, guest.contract.language);
        const { status, message } = explain(error, texts);
        show(request, response, guest, status, message);
      }
    };

  router.use('/:link', async (request, _response, next) => {
    await core.desk.sweep();
    next(guestOf(core, request.params.link) === null ? 'router' : undefined);
  });
  router.get('/:link', (request, response) => {
    const guest = guestOf(core, request.params.link);
    if (guest !== null) show(request, response, guest);
  });
  router.get('/:link/documents/:kind/:index', async (request, response) => {
    const { link, kind, index } = request.params;
    const guest = guestOf(core, link);
    if (guest !== null) await sendFile(response, core.documents, guest.contract, kind, Number(index));
  });
  router.post('/:link/code', step('code', askCode));
  router.post('/:link/pay', step('paid', pay));
  router.post('/:link/sign', step('signed', signHere));
  return router;
}

/** Nobody for an unknown link, and for a draft: it has not been sent to its signatories. */
function guestOf(core: Core, link: string): Guest | null {
  const found = core.state.byLink(link);
  const account = found === null ? undefined : core.state.accounts.get(found.contract.apiUser);
  if (found === null || account === undefined || found.contract.status === 'draft') return null;
  return { ...found, account };
}

const askCode: Step = (turn, { contract, signatory }) => {
  sendSms(turn, contract, signatory);
};

const pay: Step = (turn, { contract, signatory }, fields) => {
  const { number = '', expiry = '', cryptogram = '' } = fields;
  const fault = cardFault({ number, expiry, cryptogram }, turn.clock.now());
  if (fault !== null) throw new FormRefusal(fault);
  payDeposit(turn, contract, signatory, { number, expiry, cryptogram });
};

const signHere: Step = (turn, { contract, signatory }, fields) => {
  if (fields['consent'] !== 'yes') throw new FormRefusal('consent');
  sign(turn, contract, signatory, (fields['code'] ?? '').trim());
};

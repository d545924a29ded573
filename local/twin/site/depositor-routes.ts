import express, { type Request, type Response, type Router } from 'express';

import { findContract } from '../contract/find.js';
import type { Core } from '../core.js';
import { cancel, complete, publish, remove, type Work } from './depositor-acts.js';
import { createDepositorGate, type Gate } from './depositor-gate.js';
import { accountOf, createDepositorShow } from './depositor-show.js';
import { sendFile } from './files.js';
import { isIban } from './iban.js';
import type { Sessions } from './session.js';
import type { Done } from './texts.js';
import { explain, FormRefusal, readForm, readVisit } from './visit.js';

/** `/depositor`: the account's contracts, for whoever has its keys or the link of an owner's mail. */
export function depositorRoutes(core: Core, sessions: Sessions): Router {
  const router = express.Router();
  const gate: Gate = createDepositorGate(core, sessions);
  const { showContract, showList } = createDepositorShow(core, sessions);

  const act =
    (done: Done, work: Work) =>
    async (request: Request, response: Response): Promise<void> => {
      const account = accountOf(response);
      const contract = findContract(core.state, account, String(request.params['id']));
      try {
        const fields = readForm(sessions, request);
        await core.desk.perform(account, 'site', (turn) => {
          work(turn, contract, { ...fields, signatoryId: String(request.params['signatoryId']) });
        });
        const to = done === 'deleted' ? '/depositor' : `/depositor/contracts/${contract.id}`;
        response.redirect(303, `${to}?done=${done}`);
      } catch (error) {
        const { texts } = readVisit(sessions, request, response, account.language);
        showContract(request, response, contract, explain(error, texts));
      }
    };

  router.get('/enter/:entry', gate.enter);
  router.post('/login', gate.login);
  router.post('/logout', gate.logout);
  router.use(gate.require);
  router.get('/', (request, response) => {
    showList(request, response);
  });
  router.post('/account', async (request, response) => {
    try {
      const { iban = '' } = readForm(sessions, request);
      if (!isIban(iban)) throw new FormRefusal('iban');
      await core.state.commit([{ account: { ...accountOf(response), iban } }]);
      response.redirect(303, '/depositor?done=iban');
    } catch (error) {
      const { texts } = readVisit(sessions, request, response, accountOf(response).language);
      showList(request, response, explain(error, texts));
    }
  });
  router.get('/contracts/:id', (request, response) => {
    const contract = findContract(core.state, accountOf(response), request.params.id);
    showContract(request, response, contract);
  });
  router.get('/contracts/:id/documents/:kind/:index', async (request, response) => {
    const contract = findContract(core.state, accountOf(response), request.params.id);
    const { kind, index } = request.params;
    await sendFile(response, core.documents, contract, kind, Number(index));
  });
  router.post('/contracts/:id/publish', act('published', publish));
  router.post('/contracts/:id/delete', act('deleted', remove));
  router.post('/contracts/:id/cancel', act('cancelled', cancel));
  router.post('/contracts/:id/signatories/:signatoryId/mobile', act('mobile', complete));
  return router;
}

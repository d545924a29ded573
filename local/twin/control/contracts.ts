import express, { type Router } from 'express';

import { attemptsLeft } from '../contract/sign.js';
import { cancelContract } from '../contract/end.js';
import { deleteDraft, publishContract } from '../contract/create.js';
import { smsLeft } from '../contract/sms.js';
import type { Turn } from '../contract/turn.js';
import type { Core } from '../core.js';
import type { Contract } from '../model.js';
import { TwinError } from '../twin-error.js';

/** Contracts with everything the twin knows of them, and what a depositor does on the site. */
export function contractRoutes(core: Core, siteUrl: () => string): Router {
  const router = express.Router();
  const view = (contract: Contract): object => viewOf(core, contract, siteUrl());
  const act = async (id: string, work: (turn: Turn, contract: Contract) => void): Promise<object> => {
    const contract = anyContract(core, id);
    await core.desk.perform(accountOf(core, contract), 'control', (turn) => {
      work(turn, contract);
    });
    return view(contract);
  };
  router.get('/', async (request, response) => {
    await core.desk.sweep();
    const { apiUser, status, label } = request.query;
    const contracts = [...core.state.contracts.values()].filter(
      (one) =>
        (apiUser === undefined || one.apiUser === apiUser) &&
        (status === undefined || one.status === status) &&
        (typeof label !== 'string' || one.label.includes(label)),
    );
    response.json({ count: contracts.length, contracts: contracts.map(view) });
  });
  router.get('/:id', async (request, response) => {
    await core.desk.sweep();
    const counts: Record<string, number> = {};
    for (const one of core.state.requests()) {
      if (one.contractId === request.params.id) counts[one.request] = (counts[one.request] ?? 0) + 1;
    }
    response.json({ ...view(anyContract(core, request.params.id)), requests: counts });
  });
  router.get('/:id/documents/:index/:which', async (request, response) => {
    const document = anyContract(core, request.params.id).mainDocument[Number(request.params.index)];
    const digest = request.params.which === 'signed' ? document?.sealed : document?.digest;
    if (!digest) throw new TwinError('unknown_contract', { message: 'No such document.' });
    response.type('application/pdf').send(await core.documents.get(digest));
  });
  router.post('/:id/publish', async (request, response) => {
    response.json(await act(request.params.id, publishContract));
  });
  router.post('/:id/cancel', async (request, response) => {
    response.json(await act(request.params.id, cancelContract));
  });
  router.post('/:id/delete', async (request, response) => {
    response.json(await act(request.params.id, deleteDraft));
  });
  return router;
}

/** A contract of any account, or `unknown_contract`. */
export function anyContract(core: Core, id: string): Contract {
  const contract = core.state.contracts.get(id);
  if (contract === undefined) throw new TwinError('unknown_contract');
  return contract;
}

export function accountOf(core: Core, contract: Contract) {
  const account = core.state.accounts.get(contract.apiUser);
  if (account === undefined) throw new TwinError('unknown_contract');
  return account;
}

function viewOf(core: Core, contract: Contract, siteUrl: string): object {
  const account = accountOf(core, contract);
  return {
    ...contract,
    contractId: contract.id,
    sealed: contract.mainDocument.every((one) => one.sealed !== null),
    depositorUrl: `${siteUrl}/depositor/enter/${account.entry}?contract=${contract.id}`,
    signatories: contract.signatories.map((one) => ({
      ...one,
      signatoryId: one.id,
      signUrl: `${siteUrl}/sign/${one.link}`,
      smsSent: one.sms.length,
      smsLeft: smsLeft(account, one),
      attemptsLeft: attemptsLeft(account, one),
      code: account.rules === 'sandbox' ? '0000' : (one.sms.at(-1)?.code ?? null),
    })),
  };
}

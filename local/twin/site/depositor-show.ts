import type { Request, Response } from 'express';

import type { Core } from '../core.js';
import type { Html } from '../html.js';
import type { Account, Contract } from '../model.js';
import { contractPage } from './contract-page.js';
import { listPage, menu } from './depositor-pages.js';
import { readList } from './list.js';
import { goodMessage, renderPage, type Message } from './page.js';
import type { Sessions } from './session.js';
import { readVisit, type Visit } from './visit.js';

interface Failed {
  readonly status: number;
  readonly message: Message;
}

/** Answers with a page of the depositor's, and with why a form was refused. */
export interface DepositorShow {
  showList(this: void, request: Request, response: Response, failed?: Failed): void;
  showContract(this: void, request: Request, response: Response, contract: Contract, failed?: Failed): void;
}

/** The account that the gate let through. */
export function accountOf(response: Response): Account {
  return response.locals['account'] as Account;
}

export function createDepositorShow(core: Core, sessions: Sessions): DepositorShow {
  const show = (
    request: Request,
    response: Response,
    path: string,
    make: (visit: Visit) => Html,
    failed?: Failed,
  ): void => {
    const { language: usual, rules } = accountOf(response);
    const visit = readVisit(sessions, request, response, usual);
    const { texts, language } = visit;
    const message = failed?.message ?? goodMessage(texts, visit.done);
    const title = texts.depositor.contracts;
    const page = { texts, language, title, path, rules, message, menu: menu(visit), body: make(visit) };
    response.status(failed?.status ?? 200).send(renderPage(page));
  };
  return {
    showList: (request, response, failed) => {
      const account = accountOf(response);
      const list = readList(core, account, request.query);
      show(request, response, '/depositor', (visit) => listPage({ visit, account, ...list }), failed);
    },
    showContract: (request, response, contract, failed) => {
      const path = `/depositor/contracts/${contract.id}`;
      show(request, response, path, (visit) => contractPage({ visit, contract }), failed);
    },
  };
}

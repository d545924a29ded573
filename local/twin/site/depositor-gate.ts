import type { NextFunction, Request, Response } from 'express';

import type { Core } from '../core.js';
import type { Account } from '../model.js';
import { sameSecret } from '../secret.js';
import { loginPage } from './depositor-pages.js';
import { renderPage, type Message } from './page.js';
import { newSession, type Sessions } from './session.js';
import { explain, FormRefusal, readForm, readVisit } from './visit.js';

/** Who may pass to the depositor's pages. */
export interface Gate {
  /** By the link of an owner's mail. */
  enter(this: void, request: Request<{ entry: string }>, response: Response): void;
  /** By the account's keys. */
  login(this: void, request: Request, response: Response): void;
  logout(this: void, request: Request, response: Response): void;
  /** Lets signed-in depositors pass, with their account in `response.locals`; shows the others where to sign in. */
  require(this: void, request: Request, response: Response, next: NextFunction): void;
}

export function createDepositorGate(core: Core, sessions: Sessions): Gate {
  const signIn = (request: Request, response: Response, account: Account): void => {
    sessions.write(response, newSession(account.user, sessions.read(request).language));
  };
  const ask = (request: Request, response: Response, status: number, message: Message | null): void => {
    const visit = readVisit(sessions, request, response, 'fr');
    const { texts, language } = visit;
    const title = texts.depositor.login;
    const page = { texts, language, title, path: '/depositor', rules: null, message, body: loginPage(visit) };
    response.status(status).send(renderPage(page));
  };
  return {
    enter: (request, response) => {
      const account = [...core.state.accounts.values()].find((one) =>
        sameSecret(one.entry, request.params.entry),
      );
      const { contract } = request.query;
      if (account === undefined) return ask(request, response, 403, null);
      signIn(request, response, account);
      const isNamed = typeof contract === 'string' && /^\w+$/.test(contract);
      response.redirect(303, isNamed ? `/depositor/contracts/${contract}` : '/depositor');
    },
    login: (request, response) => {
      try {
        const { user = '', key = '' } = readForm(sessions, request);
        const account = core.state.accounts.get(user);
        if (account === undefined || !sameSecret(account.key, key)) throw new FormRefusal('login');
        signIn(request, response, account);
        response.redirect(303, '/depositor');
      } catch (error) {
        const { texts } = readVisit(sessions, request, response, 'fr');
        const { status, message } = explain(error, texts);
        ask(request, response, status, message);
      }
    },
    logout: (request, response) => {
      const { language } = sessions.read(request);
      sessions.write(response, newSession(null, language));
      response.redirect(303, '/depositor');
    },
    require: (request, response, next) => {
      const { user } = sessions.read(request);
      const account = user === null ? undefined : core.state.accounts.get(user);
      if (account === undefined) return ask(request, response, request.method === 'GET' ? 200 : 403, null);
      response.locals['account'] = account;
      next();
    },
  };
}

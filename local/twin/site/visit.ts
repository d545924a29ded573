import type { Request, Response } from 'express';

import type { Language } from '../model.js';
import { TwinError } from '../twin-error.js';
import type { Message } from './page.js';
import type { Session, Sessions } from './session.js';
import { DONE, textsFor, type Done, type Refusal, type Texts } from './texts.js';

/** A form that can't be done, said in the reader's words; answered 400, or 403 when it is not ours. */
export class FormRefusal extends Error {
  constructor(readonly reason: Refusal) {
    super(reason);
    this.name = 'FormRefusal';
  }
}

/** One request of the site: who asks, in which language, with which session. */
export interface Visit {
  readonly session: Session;
  readonly language: Language;
  readonly texts: Texts;
  readonly token: string;
  readonly done: Done | null;
}

/** Reads the session and the language, and gives the browser its cookie. */
export function readVisit(sessions: Sessions, request: Request, response: Response, usual: Language): Visit {
  const before = sessions.read(request);
  const wanted = request.query['lang'];
  const switched = wanted === 'fr' || wanted === 'en' ? wanted : before.language;
  const session = { ...before, language: switched };
  sessions.write(response, session);
  const language = session.language ?? usual;
  const done = DONE.find((one) => one === request.query['done']) ?? null;
  return { session, language, texts: textsFor(language), token: sessions.formToken(session), done };
}

/** The fields of a form that comes from one of our own pages. */
export function readForm(sessions: Sessions, request: Request): Record<string, string> {
  const fields = (request.body ?? {}) as Record<string, unknown>;
  if (!sessions.owns(sessions.read(request), fields['form'])) throw new FormRefusal('form');
  const texts = Object.entries(fields).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts);
}

/** The status and the words for a refusal; what is neither kind of refusal is thrown on. */
export function explain(error: unknown, texts: Texts): { status: number; message: Message } {
  if (error instanceof FormRefusal) {
    const status = error.reason === 'form' ? 403 : 400;
    return { status, message: { kind: 'bad', text: texts.errors[error.reason] } };
  }
  if (!(error instanceof TwinError)) throw error;
  const { attemptsLeft } = error.body().error;
  const more = typeof attemptsLeft === 'number' ? ` ${texts.attempts(attemptsLeft)}` : '';
  return { status: error.status, message: { kind: 'bad', text: texts.errors[error.code] + more } };
}

import { createHmac, randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';

import type { Language } from '../model.js';
import { sameSecret } from '../secret.js';

/** What a browser of the site is known by: a signed cookie, nothing on our side. */
export interface Session {
  readonly id: string;
  /** The depositor's apiUser, once signed in. */
  readonly user: string | null;
  /** The language the reader switched to. */
  readonly language: Language | null;
}

export interface Sessions {
  /** The browser's session, or a fresh one. */
  read(request: Request): Session;
  /** Gives the browser this session. */
  write(response: Response, session: Session): void;
  /** The hidden field of this session's forms. */
  formToken(session: Session): string;
  /** Whether a form came from a page of ours. */
  owns(session: Session, token: unknown): boolean;
}

const COOKIE = 'twin_session';
const DAY_S = 86_400;

export function createSessions(secret: string, isSecure: () => boolean): Sessions {
  const mac = (purpose: string, text: string): string =>
    createHmac('sha256', secret).update(`${purpose}:${text}`).digest('base64url');
  const formToken = (session: Session): string => mac('form', session.id);
  return {
    formToken,
    owns: (session, token) => typeof token === 'string' && sameSecret(token, formToken(session)),
    read: (request) => {
      const [payload = '', tag = ''] = cookieOf(request).split('.');
      if (payload === '' || !sameSecret(tag, mac('session', payload))) return newSession();
      return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Session;
    },
    write: (response, session) => {
      const payload = Buffer.from(JSON.stringify(session)).toString('base64url');
      response.cookie(COOKIE, `${payload}.${mac('session', payload)}`, {
        httpOnly: true,
        sameSite: 'lax',
        secure: isSecure(),
        maxAge: DAY_S * 1000,
        path: '/',
      });
    },
  };
}

/** A session nobody had before; signing in and out takes one, so that no old one is carried over. */
export function newSession(user: string | null = null, language: Language | null = null): Session {
  return { id: randomBytes(18).toString('base64url'), user, language };
}

function cookieOf(request: Request): string {
  const all = request.headers.cookie ?? '';
  const own = all.split(/;\s*/).find((one) => one.startsWith(`${COOKIE}=`));
  return own?.slice(COOKIE.length + 1) ?? '';
}

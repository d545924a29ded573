import axios, { isAxiosError, type AxiosInstance, type AxiosResponse } from 'axios';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { z } from 'zod';
import { PlatformRefusal, PlatformUncertain, type RefusalCode } from '../../domain/platform.js';
import { errorAnswer } from './wire.js';

export interface TransportDeps {
  /** Base of the platform, e.g. `http://127.0.0.1:8090`. */
  url: string;
  apiUser: string;
  apiKey: string;
  /** The whole request, in milliseconds. */
  timeoutMs: number;
  /** Largest answer that is read, in bytes. */
  maxAnswerBytes: number;
}

/** Sends one request of the wire and reads its answer. */
export type Transport = <S extends z.ZodType>(
  request: string,
  body: object,
  answer: S,
) => Promise<z.output<S>>;

/** @throws PlatformRefusal when the platform said no, PlatformUncertain when it may or may not have done it */
export function createTransport(deps: TransportDeps): Transport {
  const client = axios.create({
    baseURL: new URL('/api/', deps.url).href,
    timeout: deps.timeoutMs,
    maxContentLength: deps.maxAnswerBytes,
    maxBodyLength: Infinity,
    maxRedirects: 0,
    proxy: false,
    validateStatus: () => true,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    httpAgent: new HttpAgent({ keepAlive: true, maxSockets: 16 }),
    httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: 16 }),
  });
  return async (request, body, answer) => {
    const keys = { apiKey: deps.apiKey, apiUser: deps.apiUser };
    const response = await send(client, request, { ...keys, ...body });
    if (response.status === 200) {
      const parsed = answer.safeParse(response.data);
      // Done, but what it answered can't be read: the outcome must be looked up.
      if (!parsed.success) throw new PlatformUncertain('bad_answer', true, 200);
      return parsed.data;
    }
    throw refusalOf(response);
  };
}

async function send(client: AxiosInstance, request: string, body: object): Promise<AxiosResponse<unknown>> {
  try {
    return await client.post<unknown>(request, body);
  } catch (error) {
    if (!isAxiosError(error)) throw new PlatformUncertain('connection', true);
    if (error.code === 'ECONNABORTED' || error.code === 'ETIMEDOUT')
      throw new PlatformUncertain('timeout', true);
    throw new PlatformUncertain('connection', !neverSent(error.code));
  }
}

/** Failures before a connection stood: the platform can't have seen the request. */
function neverSent(code: string | undefined): boolean {
  return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code ?? '');
}

const KNOWN: readonly string[] = [
  'invalid_request',
  'invalid_keys',
  'wrong_platform',
  'unknown_contract',
  'unknown_signatory',
  'not_cancellable',
  'already_signed',
  'not_published',
  'cancelled',
  'expired',
  'deposit_due',
  'wrong_code',
  'quota_exceeded',
  'sms_limit',
  'attempts_exceeded',
] satisfies RefusalCode[];

function refusalOf(response: AxiosResponse<unknown>): PlatformRefusal | PlatformUncertain {
  const { status } = response;
  if (status < 400 || status >= 500) return new PlatformUncertain('server_error', true, status);
  const parsed = errorAnswer.safeParse(response.data);
  const error = parsed.success ? parsed.data.error : { code: 'refused' };
  const code = KNOWN.includes(error.code) ? (error.code as RefusalCode) : 'refused';
  const seconds = Number(response.headers['retry-after']);
  return new PlatformRefusal(code, status, {
    ...(error.attemptsLeft === undefined ? {} : { attemptsLeft: error.attemptsLeft }),
    ...(Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}),
  });
}

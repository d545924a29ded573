import axios, { isAxiosError, type AxiosInstance, type AxiosRequestConfig, type AxiosResponse } from 'axios';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import { PlatformRefusal, PlatformUncertain, type RefusalCode } from '../../domain/platform.js';
import type { StreamedBody } from './create-body.js';
import { readFilesAnswer, type FilesAnswer, type FilesAnswerLimits } from './read-files-answer.js';
import { errorAnswer } from './wire.js';

export interface TransportDeps {
  /** Base of the platform, e.g. `http://127.0.0.1:8090`. */
  url: string;
  apiUser: string;
  apiKey: string;
  /** The whole request with its answer, in milliseconds. */
  timeoutMs: number;
  /** The same for a request with files in it. */
  uploadTimeoutMs?: number;
  /** Largest answer that is read, in bytes. */
  maxAnswerBytes: number;
}

/** An answer with files in it may take this long; within what the activities are given. */
const FILES_TIMEOUT_MS = 100_000;
const WANTED_FILES_TIMEOUT_MS = 300_000;

/** Sends one request of the wire and reads its answer. */
export type Transport = <S extends z.ZodType>(
  request: string,
  body: object,
  answer: S,
) => Promise<z.output<S>>;

/** Sends a request whose body is made while it is sent; it is given the keys. */
export type UploadTransport = <S extends z.ZodType>(
  request: string,
  build: (keys: object) => StreamedBody,
  answer: S,
) => Promise<z.output<S>>;

/** Sends a request whose answer holds files, which are read as they come. */
export type FilesTransport = (
  request: string,
  body: object,
  limits: FilesAnswerLimits,
) => Promise<FilesAnswer>;

/** @throws as the transport */
export function createFilesTransport(deps: TransportDeps): FilesTransport {
  const client = createClient(deps);
  return async (request, body, limits) => {
    const keys = { apiKey: deps.apiKey, apiUser: deps.apiUser };
    const signal = AbortSignal.timeout(limits.wanted === null ? FILES_TIMEOUT_MS : WANTED_FILES_TIMEOUT_MS);
    const response = await send(client, request, { ...keys, ...body }, { responseType: 'stream', signal });
    const stream = response.data as Readable;
    try {
      if (response.status === 200) return await readFilesAnswer(stream, limits);
      const refusal = await readFilesAnswer(stream, { ...limits, wanted: null }).catch(() => null);
      throw refusalOf({ ...response, data: refusal?.data });
    } catch (error) {
      if (error instanceof PlatformUncertain || error instanceof PlatformRefusal) throw error;
      throw new PlatformUncertain(signal.aborted ? 'timeout' : 'connection', true);
    } finally {
      stream.destroy();
    }
  };
}

/** @throws PlatformRefusal when the platform said no, PlatformUncertain when it may or may not have done it */
export function createTransport(deps: TransportDeps): Transport {
  const client = createClient(deps);
  return async (request, body, answer) => {
    const keys = { apiKey: deps.apiKey, apiUser: deps.apiUser };
    const response = await send(client, request, { ...keys, ...body });
    if (response.status === 200) return readAnswer(response.data, answer);
    throw refusalOf(response);
  };
}

/** @throws as the transport */
export function createUploadTransport(deps: TransportDeps): UploadTransport {
  const client = createClient(deps);
  const timeout = deps.uploadTimeoutMs ?? FILES_TIMEOUT_MS;
  return async (request, build, answer) => {
    const { stream, length } = build({ apiKey: deps.apiKey, apiUser: deps.apiUser });
    const options = { headers: { 'content-length': length }, timeout };
    try {
      const response = await send(client, request, stream, options);
      if (response.status === 200) return readAnswer(response.data, answer);
      throw refusalOf(response);
    } finally {
      stream.destroy();
    }
  };
}

/** @throws PlatformUncertain: it was done, but what it answered can't be read, so the outcome must be looked up */
export function readAnswer<S extends z.ZodType>(data: unknown, answer: S): z.output<S> {
  const parsed = answer.safeParse(data);
  if (!parsed.success) throw new PlatformUncertain('bad_answer', true, 200);
  return parsed.data;
}

function createClient(deps: TransportDeps): AxiosInstance {
  return axios.create({
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
}

async function send(
  client: AxiosInstance,
  request: string,
  body: object,
  options: AxiosRequestConfig = {},
): Promise<AxiosResponse<unknown>> {
  // axios' own time only bounds how long nothing comes: whoever sends a byte now and then would never be left.
  const signal = options.signal ?? AbortSignal.timeout(options.timeout ?? client.defaults.timeout!);
  try {
    return await client.post<unknown>(request, body, { ...options, signal });
  } catch (error) {
    if (!isAxiosError(error)) throw new PlatformUncertain('connection', true);
    if (error.code === 'ECONNABORTED' || error.code === 'ETIMEDOUT' || error.code === 'ERR_CANCELED')
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

/** What an answer without success means. */
export function refusalOf(
  response: Pick<AxiosResponse<unknown>, 'status' | 'data' | 'headers'>,
): PlatformRefusal | PlatformUncertain {
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

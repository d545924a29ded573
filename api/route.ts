import type { Readable } from 'node:stream';
import type { ZodType } from 'zod';
import type { IdPrefix } from '../domain/ids.js';
import type { ProblemCode } from '../domain/errors.js';
import type { Scope } from '../domain/scopes.js';
import type { Caller } from './authenticate.js';
import type { ApiDeps } from './deps.js';

/** What a route gives back; the pipeline writes it. */
export interface Answer {
  status: number;
  /** Sent as JSON. */
  body?: unknown;
  /** JSON text that is there already, or the bytes of a file. */
  raw?: string | Buffer;
  /** A file too large to hold at once; its length is not known beforehand. */
  stream?: Readable;
  /** Bytes that a stream keeps in memory at most. */
  holds?: number;
  headers?: Record<string, string>;
  /** The contract whose persons the body is about: its key seals the answer where it is kept. */
  contractId?: string;
}

/** A request that has been authenticated and checked. */
export interface Call<Query = unknown, Body = unknown> {
  caller: Caller;
  requestId: string;
  /** The concrete path, without the query. */
  path: string;
  traceparent: string | null;
  params: Record<string, string>;
  query: Query;
  body: Body;
  /** The body as it came. */
  bytes: Buffer;
  idempotencyKey: string | null;
  /**
   * For who waits for something to happen: its place among the requests at work goes to others. The signal ends when
   * the client has gone.
   */
  standAside(): AbortSignal;
}

export interface DocumentedAnswer {
  description: string;
  schema?: ZodType;
  mediaType?: string;
}

/** What is known of a route before any request: the OpenAPI document is made of it. */
export interface RouteSpec<Query, Body> {
  method: 'get' | 'post' | 'patch' | 'delete';
  /** As OpenAPI writes it: `/v1/contracts/{id}`. */
  path: string;
  scope: Scope;
  tag: string;
  summary: string;
  description?: string;
  /** Ids in the path by their prefixes; what is none of them is not found. */
  params?: Record<string, IdPrefix>;
  query?: ZodType<Query>;
  body?: ZodType<Body>;
  /** Media type of a body that is not JSON. */
  bodyType?: 'application/pdf' | 'application/x-ndjson';
  idempotencyKey?: 'required' | 'none';
  answers: Record<number, DocumentedAnswer>;
  problems?: ProblemCode[];
}

export interface Route extends RouteSpec<unknown, unknown> {
  handle(call: Call, deps: ApiDeps): Promise<Answer>;
}

/** A route that manages its own transactions. */
export function route<Query = undefined, Body = undefined>(
  spec: RouteSpec<Query, Body> & { handle(call: Call<Query, Body>, deps: ApiDeps): Promise<Answer> },
): Route {
  return spec;
}

import type { TargetFault } from '../../domain/webhooks/resolve-target.js';

/** Why an attempt failed: stable codes, shown in the log of attempts. */
export type AttemptError =
  | TargetFault
  | 'connect_timeout'
  | 'connection_refused'
  | 'connection_closed'
  | 'connection_failed'
  | 'tls_failed'
  | 'invalid_response'
  | 'timeout'
  | 'token_failed'
  | 'redirect'
  | 'gone'
  | 'http_error';

const CODES: Readonly<Record<string, AttemptError>> = {
  UND_ERR_CONNECT_TIMEOUT: 'connect_timeout',
  ETIMEDOUT: 'connect_timeout',
  ECONNREFUSED: 'connection_refused',
  UND_ERR_SOCKET: 'connection_closed',
  ECONNRESET: 'connection_closed',
  EPIPE: 'connection_closed',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_OVERFLOW: 'invalid_response',
  ADDRESS_MISMATCH: 'address_not_allowed',
  EPROTO: 'tls_failed',
};

// OpenSSL's names for what is wrong with a certificate, and Node's for a handshake.
const TLS =
  /^(?:ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA)/;
// undici's name for an answer that is not HTTP; its code is often missing.
const PARSER = /^(?:HPE_|HTTPParserError$)/;

/** The stable code for what Node, undici or OpenSSL threw. */
export function errorCode(error: unknown): AttemptError {
  const code = codeOf(error);
  if (CODES[code]) return CODES[code];
  if (TLS.test(code)) return 'tls_failed';
  return PARSER.test(code) ? 'invalid_response' : 'connection_failed';
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { code, name, cause } = error as { code?: unknown; name?: unknown; cause?: unknown };
  if (typeof code === 'string') return code;
  return name === 'HTTPParserError' ? name : codeOf(cause);
}

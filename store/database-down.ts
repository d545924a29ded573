/** Classes of SQLSTATE that speak of the server, not of the statement: connection, resources, operator. */
const DOWN = /^(08|53|57P)/;
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'EHOSTUNREACH',
  'ENOTFOUND',
]);
const WORDS =
  /timeout exceeded when trying to connect|Connection terminated|Query read timeout|is not queryable/;

/** Whether an error says that PostgreSQL cannot be reached or cannot serve now. */
export function isDatabaseDown(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message, errors } = error as { code?: unknown; message?: unknown; errors?: unknown };
  if (Array.isArray(errors) && errors.some(isDatabaseDown)) return true;
  if (typeof code === 'string' && (DOWN.test(code) || NETWORK.has(code))) return true;
  return typeof message === 'string' && WORDS.test(message);
}

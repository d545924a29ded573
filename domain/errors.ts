/** One kind of refusal: what every problem of that kind says, whoever asked. */
export interface ProblemKind {
  status: number;
  title: string;
  /** Said when nothing more precise is known; safe to show to anybody. */
  detail: string;
  /** Kept with the Idempotency-Key and given again: refusals by the platform or by the contract's state. */
  kept?: boolean;
}

const catalogue = {
  invalid_request: { status: 400, title: 'Invalid request', detail: 'The request is not as documented.' },
  idempotency_key_required: {
    status: 400,
    title: 'Idempotency-Key required',
    detail: 'This request needs an Idempotency-Key header of 1 to 255 characters.',
  },
  invalid_key: { status: 401, title: 'Invalid key', detail: 'There is no valid API key in the request.' },
  scope_missing: { status: 403, title: 'Scope missing', detail: 'The key lacks the scope for this request.' },
  wrong_environment: {
    status: 403,
    title: 'Wrong environment',
    detail: 'The key is for the other environment.',
  },
  network_not_allowed: {
    status: 403,
    title: 'Network not allowed',
    detail: 'The key may not be used from this address.',
  },
  not_found: { status: 404, title: 'Not found', detail: 'There is nothing at this address.' },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    detail: 'This address does not know the method.',
  },
  contract_over: {
    status: 409,
    title: 'Contract over',
    detail: 'The contract is over.',
    kept: true,
  },
  reference_in_use: {
    status: 409,
    title: 'Reference in use',
    detail: 'Another contract of yours that is not over has this reference.',
  },
  idempotency_in_progress: {
    status: 409,
    title: 'Still under way',
    detail: 'A request with this Idempotency-Key is still under way.',
  },
  not_open: {
    status: 409,
    title: 'Contract not open',
    detail: 'The contract is not open for signing.',
    kept: true,
  },
  already_signed: {
    status: 409,
    title: 'Already signed',
    detail: 'The signatory has already signed.',
    kept: true,
  },
  deposit_due: {
    status: 409,
    title: 'Deposit due',
    detail: 'The signatory owes a deposit, which can only be paid on the platform’s site.',
    kept: true,
  },
  not_cancellable: {
    status: 409,
    title: 'Not cancellable',
    detail: 'The contract can no longer be cancelled.',
    kept: true,
  },
  not_in_attention: {
    status: 409,
    title: 'Nothing to resolve',
    detail: 'The contract is not in the status attention.',
    kept: true,
  },
  not_signed_yet: { status: 409, title: 'Not signed yet', detail: 'The signed document is not there yet.' },
  not_verified: {
    status: 409,
    title: 'Not verified',
    detail: 'The signed document has not passed its verification.',
  },
  endpoint_disabled: {
    status: 409,
    title: 'Endpoint disabled',
    detail: 'The endpoint is disabled: enable it first.',
  },
  client_in_use: {
    status: 409,
    title: 'Client in use',
    detail: 'The client has contracts that are not over.',
  },
  key_not_active: { status: 409, title: 'Key not active', detail: 'The key is revoked or has expired.' },
  events_purged: {
    status: 410,
    title: 'Events purged',
    detail: 'The event named by `after` is not, or no longer, in the feed: begin again without it.',
  },
  purged: {
    status: 410,
    title: 'Purged',
    detail:
      'The documents and personal data were kept for their time and then removed; the receipt tells what stays.',
  },
  data_erased: { status: 410, title: 'Data erased', detail: 'The personal data asked for were erased.' },
  document_too_large: {
    status: 413,
    title: 'Document too large',
    detail: 'A document may have up to 25 MB.',
  },
  request_too_large: { status: 413, title: 'Request too large', detail: 'A request may have up to 50 MB.' },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    detail: 'The body is not of the documented media type.',
  },
  deadline_past: { status: 422, title: 'Deadline past', detail: 'The deadline is not in the future.' },
  deadline_unreachable: {
    status: 422,
    title: 'Deadline unreachable',
    detail: 'The platform’s quota does not allow to publish the contract before its deadline.',
  },
  not_a_pdf: { status: 422, title: 'Not a PDF', detail: 'The document is not a PDF.' },
  pdf_encrypted: { status: 422, title: 'PDF encrypted', detail: 'The PDF is encrypted.' },
  pdf_damaged: { status: 422, title: 'PDF damaged', detail: 'The PDF does not open.' },
  unknown_document: {
    status: 422,
    title: 'Unknown document',
    detail: 'No uploaded document has this id.',
  },
  url_not_allowed: {
    status: 422,
    title: 'URL not allowed',
    detail: 'Webhooks may not be sent to this URL.',
  },
  too_many_endpoints: {
    status: 422,
    title: 'Too many endpoints',
    detail: 'A client may have up to 20 endpoints.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'Idempotency-Key reused',
    detail: 'The Idempotency-Key was used with another body.',
  },
  wrong_code: { status: 422, title: 'Wrong code', detail: 'The signing code is wrong.', kept: true },
  sms_limit: { status: 429, title: 'SMS limit reached', detail: 'No SMS is left for the signatory.' },
  attempts_exceeded: {
    status: 429,
    title: 'Attempts exceeded',
    detail: 'The signatory has used up all signing attempts.',
  },
  quota_exhausted: {
    status: 429,
    title: 'Quota exhausted',
    detail: 'The platform’s quota of requests is used up for now.',
  },
  too_many_requests: { status: 429, title: 'Too many requests', detail: 'Too much is under way: try again.' },
  too_many_failures: {
    status: 429,
    title: 'Too many failures',
    detail: 'Too many requests with an invalid key came from this address.',
  },
  internal_error: { status: 500, title: 'Internal error', detail: 'Something went wrong on our side.' },
  platform_unavailable: {
    status: 503,
    title: 'Platform unavailable',
    detail: 'The platform gives no answer: nothing was done.',
  },
  outcome_unknown: {
    status: 503,
    title: 'Outcome unknown',
    detail: 'The platform gave no answer; the outcome will show in the contract.',
  },
  document_unreadable: {
    status: 503,
    title: 'Document unreadable',
    detail: 'The archive does not give the document as it was put there; an operator must look.',
  },
  service_unavailable: {
    status: 503,
    title: 'Service unavailable',
    detail: 'A part of the service is down: try again.',
  },
} satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof catalogue;

/** Every refusal of the api: code, HTTP status, title, safe message. Codes are stable. */
export const PROBLEMS: Readonly<Record<ProblemCode, ProblemKind>> = catalogue;

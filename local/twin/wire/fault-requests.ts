import type { REQUEST_NAMES } from './requests.js';

/** Requests by what they do, for whoever orders faults and need not know the wire's names. */
export const FAULT_REQUESTS = {
  check: 'checkConnexionRequest',
  create: 'contractCreateRequest',
  list: 'contractListRequest',
  detail: 'contractDetailRequest',
  cancel: 'contractCancelRequest',
  sign: 'signatorySignRequest',
} as const satisfies Record<string, (typeof REQUEST_NAMES)[number]>;

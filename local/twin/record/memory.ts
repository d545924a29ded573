import type { Account, ClockState, Contract, Mail, RequestRecord, Signatory } from '../model.js';

/** Requests older than a day are kept up to this many; younger ones always, the quota counts them. */
const OLD_REQUESTS_KEPT = 200_000;
const DAY_MS = 86_400_000;

/** One change, as a line of the journal carries it: a whole record, so that replaying it is putting it back. */
export type Change =
  | { readonly account: Account }
  | { readonly contract: Contract }
  | { readonly deleted: string }
  | { readonly mail: Mail }
  | { readonly request: RequestRecord }
  | { readonly clock: ClockState }
  | { readonly secret: string };

/** The twin's records by their names. */
export interface Memory {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly contracts: ReadonlyMap<string, Contract>;
  readonly mails: ReadonlyMap<string, Mail>;
  requests(): readonly RequestRecord[];
  /** The signatory whose mail carries this link. */
  byLink(link: string): { readonly contract: Contract; readonly signatory: Signatory } | null;
  clock(): ClockState | null;
  /** The key that session cookies and form tokens are made with. */
  secret(): string | null;
  apply(changes: readonly Change[]): void;
}

export function createMemory(): Memory {
  const accounts = new Map<string, Account>();
  const contracts = new Map<string, Contract>();
  const mails = new Map<string, Mail>();
  const links = new Map<string, { contractId: string; index: number }>();
  let requests: RequestRecord[] = [];
  let clock: ClockState | null = null;
  let secret: string | null = null;

  const applyOne = (change: Change): void => {
    if ('account' in change) accounts.set(change.account.user, change.account);
    else if ('contract' in change) putContract(change.contract);
    else if ('deleted' in change) contracts.delete(change.deleted);
    else if ('mail' in change) mails.set(change.mail.id, change.mail);
    else if ('request' in change) requests = trimmed(requests, change.request);
    else if ('clock' in change) ({ clock } = change);
    else ({ secret } = change);
  };
  const putContract = (contract: Contract): void => {
    if (!contracts.has(contract.id)) {
      contract.signatories.forEach((one, index) => links.set(one.link, { contractId: contract.id, index }));
    }
    contracts.set(contract.id, contract);
  };
  return {
    accounts,
    contracts,
    mails,
    requests: () => requests,
    byLink: (link) => {
      const place = links.get(link);
      const contract = place && contracts.get(place.contractId);
      const signatory = contract?.signatories[place?.index ?? -1];
      return contract && signatory ? { contract, signatory } : null;
    },
    clock: () => clock,
    secret: () => secret,
    apply: (changes) => {
      for (const change of changes) applyOne(change);
    },
  };
}

/** Appends in place; cuts old ones away once in a while, so that appending stays cheap. */
function trimmed(requests: RequestRecord[], next: RequestRecord): RequestRecord[] {
  requests.push(next);
  if (requests.length <= OLD_REQUESTS_KEPT * 1.25) return requests;
  const dayAgo = Date.parse(next.at) - DAY_MS;
  const cut = requests.length - OLD_REQUESTS_KEPT;
  const firstYoung = requests.findIndex((one) => Date.parse(one.at) >= dayAgo);
  return requests.slice(Math.min(cut, firstYoung));
}

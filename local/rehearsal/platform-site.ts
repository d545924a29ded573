import { LocalError } from '../project.js';

export interface PlatformContract {
  readonly contractId: string;
  readonly label: string;
  readonly status: string;
  readonly signatories: readonly { readonly id: string; readonly status: string }[];
}

/** The twin's control interface: what people do on the platform's site, and faults. */
export interface PlatformSite {
  readonly contracts: (label: string) => Promise<PlatformContract[]>;
  readonly contract: (platformId: string) => Promise<PlatformContract>;
  readonly sign: (platformId: string, signatoryId: string) => Promise<void>;
  readonly completeMobile: (platformId: string, signatoryId: string) => Promise<void>;
  readonly publish: (platformId: string) => Promise<void>;
  readonly fault: (order: object) => Promise<void>;
  readonly clearFaults: () => Promise<void>;
}

export function createPlatformSite(control: string): PlatformSite {
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(`${control}/control${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new LocalError(`The twin answers ${response.status} to ${path}: ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as T;
  };
  const act = async (path: string, body: object = {}): Promise<void> => void (await call('POST', path, body));
  return {
    contracts: async (label) =>
      (await call<{ contracts: PlatformContract[] }>('GET', `/contracts?label=${encodeURIComponent(label)}`))
        .contracts,
    contract: (id) => call('GET', `/contracts/${id}`),
    sign: (id, signatory) => act(`/contracts/${id}/signatories/${signatory}/sign`),
    completeMobile: (id, signatory) =>
      act(`/contracts/${id}/signatories/${signatory}/mobile`, { mobile: '+33612345678' }),
    publish: (id) => act(`/contracts/${id}/publish`),
    fault: (order) => act('/faults', order),
    clearFaults: async () => void (await call('DELETE', '/faults')),
  };
}

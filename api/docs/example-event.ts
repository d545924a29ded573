import type { EventType } from '../../domain/events.js';

const CONTRACT = 'ctr_01hzy3v9m8e4s8yq2m0rk7n5tb';
const DOCUMENT = 'doc_01hzy3v9m8e4s8yq2m0rk7n5td';
const AT = '2026-12-01T09:00:00.000Z';

/** What an event of a type looks like; ids and times are made up. */
export function exampleEvent(type: EventType): object {
  const [family = '', what = ''] = type.split('.');
  const ofContract = ['contract', 'signatory', 'document'].includes(family);
  return {
    id: 'evt_01hzy3v9m8e4s8yq2m0rk7n5te',
    type,
    version: '1',
    sequence: ofContract ? 3 : null,
    occurredAt: AT,
    observedAt: AT,
    environment: 'sandbox',
    data: ofContract ? contractData(family, what) : otherData(family),
  };
}

function contractData(family: string, what: string): object {
  const status = family === 'contract' && what !== 'deadline_approaching' ? statusOf(what) : 'open';
  return {
    contract: {
      id: CONTRACT,
      reference: 'HR-2026-0042',
      status,
      previousStatus: null,
      deadline: '2026-12-24T22:59:59.000Z',
      signed: status === 'completed' || status === 'signed' ? 2 : 1,
      signatories: 2,
      metadata: { department: 'sales' },
    },
    ...(family === 'signatory'
      ? {
          signatory: {
            id: 'sig_01hzy3v9m8e4s8yq2m0rk7n5tc',
            reference: 'emp-881',
            smsLeft: 4,
            attemptsLeft: 5,
          },
        }
      : {}),
    ...(status === 'completed' || family === 'document' ? { documents: [document(family)] } : {}),
    actor: 'signatory',
    reason: null,
  };
}

function document(family: string): object {
  return {
    id: DOCUMENT,
    sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    size: 61_204,
    verification: family === 'document' ? 'failed' : 'passed',
    href: `/v1/contracts/${CONTRACT}/documents/${DOCUMENT}/signed`,
  };
}

function statusOf(what: string): string {
  if (what === 'published') return 'open';
  return what === 'drafted' ? 'draft' : what;
}

function otherData(family: string): object {
  if (family === 'webhook') return { endpoint: { id: 'whe_01hzy3v9m8e4s8yq2m0rk7n5tf' } };
  if (family === 'key') return { key: { id: 'key_01hzy3v9m8e4s8yq2m0rk7n5tg', expiresAt: AT } };
  return {};
}

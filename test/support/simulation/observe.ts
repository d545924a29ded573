import { sql } from 'kysely';
import type { ContractState } from '../../../domain/contract/state.js';
import type { EventBody } from '../virtual-contract.js';
import type { Circumstances, Ours, There } from './views.js';
import type { Ground, World } from './world.js';

/** What we say of the contract, in PostgreSQL. */
export async function oursOf(
  { db }: Pick<Ground, 'db'>,
  { accepted }: { accepted: ContractState },
): Promise<Ours> {
  const { rows } = await sql<{ state: ContractState; bodies: string[] | null }>`
    select state, (select array_agg(body order by sequence) from paraphe.event where contract_id = c.id) as bodies
    from paraphe.contract c where id = ${accepted.id}`.execute(db);
  const { state, bodies } = rows[0]!;
  const told = (bodies ?? []).map(
    (body) => JSON.parse(body) as EventBody & { data?: { signatory?: { id: string } } },
  );
  return {
    status: state.status,
    reason: state.statusReason,
    signatories: state.signatories,
    signed: state.signedAt !== null,
    told: told.map(({ type, sequence, occurredAt, observedAt, data }) => ({
      type,
      sequence,
      occurredAt: occurredAt ?? accepted.createdAt,
      observedAt: observedAt ?? accepted.createdAt,
      reason: data?.reason ?? null,
      person: accepted.signatories.findIndex((one) => one.id === data?.signatory?.id),
    })),
  };
}

/** What the twin has. */
export function thereOf({ twin }: World): There {
  const [contract] = twin.state.contracts.values();
  return {
    status: contract?.status ?? null,
    copies: twin.state.contracts.size,
    publishedAt: contract?.log.find((entry) => entry.event === 'submitted')?.at ?? null,
    signatories: (contract?.signatories ?? []).map((one) => ({
      status: one.status,
      smsSent: one.sms.length,
      smsByApi: one.sms.filter((sms) => sms.by === 'api').length,
      failures: one.failures,
      signedAt: one.signedAt,
      deposit: one.deposit,
    })),
  };
}

/** What the platform refused when we asked it for somebody. */
export function refusedOf({ twin, network }: World): Circumstances['refused'] {
  const [contract] = twin.state.contracts.values();
  return network.refusals.map(({ signatoryPlatformId, code }) => ({
    person: (contract?.signatories ?? []).findIndex(({ id }) => id === signatoryPlatformId),
    code,
  }));
}

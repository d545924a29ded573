import { randomBytes } from 'node:crypto';
import { createMailSender } from '../../adapters/mail/mail-sender.js';
import { decideAll } from '../../domain/contract/decide.js';
import type { FactBody } from '../../domain/contract/facts.js';
import type { Actor, ContractState } from '../../domain/contract/state.js';
import { createLogger } from '../../runtime/logger.js';
import { createVault, type Vault } from '../../runtime/vault.js';
import { ensureConnection } from '../../store/connections.js';
import { createDatabase, type Database } from '../../store/database.js';
import { recordTransition } from '../../store/record.js';
import { createMailer, type Mailer } from '../../worker/mailer.js';
import { createTestDatabase } from './postgres.js';
import { storeContract, type ContractChoices } from './virtual-contract.js';

export const OWNER = 'owner@example.org';

/** A contract of two signatories in the test's hands: what happens to it is recorded as its workflow does. */
export interface StagedContract {
  id: string;
  state: () => ContractState;
  happens: (by: Actor, ...facts: FactBody[]) => Promise<ContractState>;
  published: () => Promise<ContractState>;
  signs: (index: number) => Promise<ContractState>;
}

/** A database, the product's own mailer, and contracts that call for mails; the test's clock. */
export interface MailStage {
  db: Database;
  /** The owner's. */
  databaseUrl: string;
  clock: { now: () => Date; pass: (ms: number) => void };
  mailerTo: (url: string) => Mailer;
  /** Of `cli_paged`, who has a signing page, or of `cli_plain`, who has none. */
  contract: (choices?: ContractChoices, clientId?: string) => Promise<StagedContract>;
  close: () => Promise<void>;
}

export async function createMailStage(): Promise<MailStage> {
  let now = new Date('2026-12-01T10:00:00Z');
  const clock = { now: () => now, read: () => Promise.resolve(now) };
  const vault = createVault(randomBytes(32));
  const database = await createTestDatabase();
  const { db } = createDatabase(database.url, 'paraphe_worker', 4);
  const api = createDatabase(database.url, 'paraphe_api', 2);
  const account = { url: 'http://127.0.0.1:1', apiUser: 'test', environment: 'production' } as const;
  const limits = { dailyQuota: null, smsLimit: 5, attemptLimit: 5, timeZone: 'Europe/Paris' };
  const connection = await ensureConnection(db, { ...account, ...limits }, now);
  await addClient(db, 'cli_paged', {
    signingPage: 'https://rh.example.org/signer/{contract}/{signatory}?ref={reference}',
  });
  await addClient(db, 'cli_plain', {});
  return {
    db,
    databaseUrl: database.url,
    clock: {
      now: clock.now,
      pass(ms) {
        now = new Date(now.getTime() + ms);
      },
    },
    mailerTo: (url) => newMailer(db, vault, clock, url),
    async contract(choices = {}, clientId = 'cli_paged') {
      const notify = { signatories: false, owner: true };
      const wish = { people: 2, notify, reference: 'HR-1', ...choices };
      return stage(
        db,
        clock,
        await storeContract({ vault, clientId, connection, pool: api.pool, clock }, wish),
      );
    },
    async close() {
      await Promise.all([db.destroy(), api.db.destroy()]);
      await database.drop();
    },
  };
}

function newMailer(db: Database, vault: Vault, clock: { now: () => Date }, url: string): Mailer {
  const sender = createMailSender(url, 'paraphe <no-reply@example.org>');
  const logger = createLogger('worker', 'silent');
  return createMailer({ db, vault, clock, logger, sender, everyMs: 3_600_000 });
}

function stage(db: Database, clock: { now: () => Date }, initial: ContractState): StagedContract {
  let state = initial;
  const happens = async (by: Actor, ...facts: FactBody[]): Promise<ContractState> => {
    const at = clock.now().toISOString();
    const dated = facts.map((fact) => ({ ...fact, at, by }));
    const next = decideAll(state, dated, at);
    state = next.state;
    await recordTransition(db, state, next.events, at);
    return state;
  };
  return {
    id: state.id,
    state: () => state,
    happens,
    published: () =>
      happens('system', {
        type: 'created',
        submitted: true,
        signatoryPlatformIds: ['1', '2'],
        platformId: `p-${state.id}`,
      }),
    signs: (index) =>
      happens('signatory', { type: 'signatory_signed', signatoryId: state.signatories[index]!.id }),
  };
}

async function addClient(db: Database, id: string, settings: { signingPage?: string }): Promise<void> {
  const client = {
    id,
    name: id,
    scopes: ['contracts:write'],
    fields: null,
    limits: '{}',
    settings: JSON.stringify(settings) as never,
    allowed_networks: [],
    status: 'active' as const,
    created_at: new Date(),
    expires_at: null,
  };
  await db.insertInto('paraphe.client').values(client).execute();
  await db.insertInto('personal.client_contact').values({ client_id: id, email: OWNER }).execute();
}

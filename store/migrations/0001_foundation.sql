-- The state that is read. Personal data lie apart, sealed, in the schema `personal`.
-- Every row of a client carries the client's id; row-level security enforces it for the api's role.

create schema paraphe;
create schema personal;

create table paraphe.client (
  id text collate "C" primary key,
  name text not null,
  scopes text[] not null,
  -- null: all fields; else the contract members that the client's answers and events are limited to
  fields text[],
  limits jsonb not null default '{}',
  settings jsonb not null default '{}',
  allowed_networks cidr[] not null default '{}',
  status text not null default 'active' check (status in ('active', 'disabled')),
  expires_at timestamptz,
  created_at timestamptz not null
);

create table personal.client_contact (
  client_id text collate "C" primary key references paraphe.client on delete cascade,
  email text not null
);

create table paraphe.api_key (
  id text collate "C" primary key,
  client_id text collate "C" not null references paraphe.client on delete cascade,
  -- SHA-256 of the whole key: 32 random bytes need no slow hash
  hash bytea not null unique,
  hint text not null,
  scopes text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz
);
create index on paraphe.api_key (client_id);

create table paraphe.connection (
  id text collate "C" primary key,
  environment text not null check (environment in ('sandbox', 'production')),
  url text not null,
  api_user text not null,
  -- null: no quota (sandbox)
  daily_quota integer,
  sms_limit integer not null,
  attempt_limit integer not null,
  time_zone text not null default 'Europe/Paris',
  created_at timestamptz not null,
  -- the account is the connection; its platform may move to another address
  unique (environment, api_user)
);

create table paraphe.contract (
  id text collate "C" primary key,
  client_id text collate "C" not null references paraphe.client,
  connection_id text collate "C" not null references paraphe.connection,
  reference text,
  status text not null,
  deadline timestamptz not null,
  platform_id text,
  -- ContractState of domain/contract/state.ts: ids, statuses, counts, digests, times; no personal data
  state jsonb not null,
  version integer not null,
  -- what the client words freely; kept out of `state`, which travels through Temporal
  metadata jsonb not null default '{}',
  signatory_references jsonb not null default '{}',
  asked_reason text,
  language text not null,
  notify_signatories boolean not null,
  notify_owner boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  workflow_started_at timestamptz,
  -- what the watch has handed to the workflow: a listed contract that differs is news
  seen_status text,
  seen_updated_at text
);
create unique index contract_reference_in_use on paraphe.contract (client_id, reference)
  where reference is not null and status not in ('completed', 'cancelled', 'expired', 'rejected');
create index contract_by_client on paraphe.contract (client_id, id desc);
create unique index contract_by_platform_id on paraphe.contract (connection_id, platform_id) where platform_id is not null;
-- the publishing queue: accepted, most urgent first
create index contract_to_publish on paraphe.contract (connection_id, deadline, id) where status = 'accepted';
create index contract_unstarted on paraphe.contract (created_at) where workflow_started_at is null;
create index contract_watched on paraphe.contract (connection_id)
  where status in ('draft', 'open', 'attention') or (status in ('cancelled', 'expired') and (state->>'draftLeftBehind')::boolean);

-- One row a contract: the sealed personal fields and the data key that a master key wraps.
-- Destroying the key is erasure, in backups too.
create table personal.contract_data (
  contract_id text collate "C" primary key,
  client_id text collate "C" not null,
  wrapped_key bytea,
  sealed bytea
);

create table personal.document_content (
  document_id text collate "C" primary key,
  client_id text collate "C" not null,
  -- null: uploaded ahead of its contract, sealed with a key of its own
  contract_id text collate "C",
  wrapped_key bytea,
  sealed bytea not null,
  sha256 text not null,
  size integer not null,
  pages integer not null,
  created_at timestamptz not null
);
alter table personal.document_content alter column sealed set storage external;
create index on personal.document_content (contract_id);

create table paraphe.event (
  id text collate "C" primary key,
  client_id text collate "C" not null references paraphe.client,
  contract_id text collate "C",
  sequence integer,
  type text not null,
  -- the very bytes that every delivery sends
  body text not null,
  occurred_at timestamptz not null,
  observed_at timestamptz not null,
  -- place in the client's feed, given under a lock when the feed is read (store/feed.ts)
  position bigint,
  unique (contract_id, sequence)
);
create index event_unplaced on paraphe.event (client_id, id) where position is null;
create unique index event_feed on paraphe.event (client_id, position);

create table paraphe.webhook_endpoint (
  id text collate "C" primary key,
  client_id text collate "C" not null references paraphe.client on delete cascade,
  url text not null,
  events text[] not null,
  description text not null default '',
  status text not null default 'enabled' check (status in ('enabled', 'disabled')),
  disabled_reason text,
  disabled_at timestamptz,
  -- secrets (newest first, with their ends), custom headers and client credentials, sealed with the master key
  sealed bytea not null,
  created_at timestamptz not null,
  last_success_at timestamptz,
  first_failure_at timestamptz,
  warned_at timestamptz
);
create index on paraphe.webhook_endpoint (client_id);

create table paraphe.delivery (
  id text collate "C" primary key,
  client_id text collate "C" not null,
  event_id text collate "C" not null references paraphe.event on delete cascade,
  endpoint_id text collate "C" not null references paraphe.webhook_endpoint on delete cascade,
  status text not null default 'pending' check (status in ('pending', 'delivered', 'failed')),
  -- 0 for the first; a replay or a retry by hand is a new round of the same event
  round integer not null default 0,
  next_attempt_at timestamptz,
  workflow_started_at timestamptz,
  created_at timestamptz not null
);
create unique index on paraphe.delivery (event_id, endpoint_id);
create index on paraphe.delivery (endpoint_id, id desc);
create index delivery_pending on paraphe.delivery (created_at) where status = 'pending';

create table paraphe.delivery_attempt (
  delivery_id text collate "C" not null references paraphe.delivery on delete cascade,
  client_id text collate "C" not null,
  number integer not null,
  at timestamptz not null,
  status integer,
  duration_ms integer not null,
  response text,
  error text,
  primary key (delivery_id, number)
);

-- Written before each request to the platform, completed after it: the quota's ledger, the record of intent,
-- the audit of what was asked (design.md, *The platform calls*).
create table paraphe.platform_call (
  id bigint generated always as identity primary key,
  connection_id text collate "C" not null references paraphe.connection,
  contract_id text collate "C",
  operation text not null,
  -- the deed that this call tries to do; attempts at one deed share it
  intent text,
  priority integer not null,
  at timestamptz not null,
  -- false once the platform said that it did not count it
  counted boolean not null default true,
  answered_at timestamptz,
  status integer,
  outcome text check (outcome in ('done', 'refused', 'not_sent', 'unknown')),
  code text,
  -- ids and counts of the answer, so that an attempt killed after it need not ask again
  answer jsonb
);
create index platform_call_window on paraphe.platform_call (connection_id, at) include (operation) where counted;
create index platform_call_intent on paraphe.platform_call (intent) where intent is not null;
create index on paraphe.platform_call (contract_id);

create table paraphe.idempotency (
  client_id text collate "C" not null,
  path text not null,
  key text not null,
  fingerprint bytea not null,
  -- null while under way
  status integer,
  body text,
  headers jsonb,
  created_at timestamptz not null,
  primary key (client_id, path, key)
);
create index on paraphe.idempotency (created_at);

-- Who did what to which data (CN18): appended here in the transaction of the deed, chained later by one writer.
create table paraphe.journal (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  client_id text collate "C",
  actor text not null,
  action text not null,
  object text not null,
  outcome text not null,
  detail jsonb not null default '{}',
  position bigint unique,
  previous_hash text,
  hash text
);
create index journal_unchained on paraphe.journal (id) where position is null;
create index on paraphe.journal (client_id, id);
create index on paraphe.journal (object);

-- The platform's audit trail as last retrieved, sealed with the contract's key (it may name persons).
create table personal.platform_log (
  contract_id text collate "C" primary key,
  client_id text collate "C" not null,
  sealed bytea not null,
  retrieved_at timestamptz not null
);

-- One row a mail and reason, so that the same mail is never sent twice.
create table paraphe.mail (
  key text primary key,
  contract_id text collate "C",
  kind text not null,
  sent_at timestamptz
);

grant usage on schema paraphe, personal to paraphe_api, paraphe_worker;
grant select, insert, update, delete on all tables in schema paraphe, personal to paraphe_worker;
grant usage on all sequences in schema paraphe to paraphe_api, paraphe_worker;

grant select, insert, update on
  paraphe.contract, paraphe.event, paraphe.delivery, paraphe.idempotency to paraphe_api;
grant select, insert, update, delete on
  paraphe.client, paraphe.api_key, paraphe.webhook_endpoint, personal.client_contact to paraphe_api;
grant select on
  paraphe.connection, paraphe.delivery_attempt, paraphe.platform_call, personal.platform_log to paraphe_api;
grant insert on paraphe.delivery_attempt to paraphe_api;
grant select, insert, update, delete on personal.contract_data, personal.document_content to paraphe_api;
grant select, insert on paraphe.journal to paraphe_api;
revoke update, delete, truncate on paraphe.journal from paraphe_worker;
grant update (position, previous_hash, hash) on paraphe.journal to paraphe_worker;

-- The api names its client for each transaction: set_config('paraphe.client', id, true); operators (scope admin)
-- name themselves with paraphe.operator = 'on'. Nothing named: nothing seen.
create function paraphe.may_see(owner text) returns boolean language sql stable as $$
  select owner = current_setting('paraphe.client', true) or current_setting('paraphe.operator', true) = 'on'
$$;

do $$
declare target regclass;
begin
  foreach target in array array[
    'paraphe.api_key', 'paraphe.contract', 'paraphe.event', 'paraphe.webhook_endpoint', 'paraphe.delivery',
    'paraphe.delivery_attempt', 'paraphe.idempotency', 'paraphe.journal', 'personal.client_contact',
    'personal.contract_data', 'personal.document_content', 'personal.platform_log']::regclass[]
  loop
    execute format('alter table %s enable row level security', target);
    execute format('create policy of_client on %s to paraphe_api using (paraphe.may_see(client_id)) with check (paraphe.may_see(client_id))', target);
    execute format('create policy all_rows on %s to paraphe_worker using (true) with check (true)', target);
  end loop;
  execute 'alter table paraphe.client enable row level security';
  execute 'create policy of_client on paraphe.client to paraphe_api using (paraphe.may_see(id)) with check (paraphe.may_see(id))';
  execute 'create policy all_rows on paraphe.client to paraphe_worker using (true) with check (true)';
end $$;

-- The one look across clients that the api needs: who holds this key.
create function paraphe.find_key(key_hash bytea)
  returns table (key_id text, client_id text, scopes text[], expires_at timestamptz, revoked_at timestamptz,
    client_status text, client_expires_at timestamptz, fields text[], limits jsonb, settings jsonb, allowed_networks cidr[])
  language sql stable security definer set search_path = '' as $$
  select k.id, k.client_id, k.scopes, k.expires_at, k.revoked_at, c.status, c.expires_at, c.fields, c.limits, c.settings,
    c.allowed_networks
  from paraphe.api_key k join paraphe.client c on c.id = k.client_id where k.hash = key_hash
$$;
revoke all on function paraphe.find_key from public;
grant execute on function paraphe.find_key to paraphe_api;

-- Gives the committed events of a client that have no place in its feed one each, under a lock:
-- whoever reads by `after` never skips an event that commits late.
create function paraphe.place_events(owner text) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('feed:' || owner, 0));
  with fresh as (
    select e.id, row_number() over (order by e.observed_at, e.contract_id, e.sequence, e.id) as n
    from paraphe.event e where e.client_id = owner and e.position is null limit 5000
  ), top as (
    select coalesce(max(position), 0) as last from paraphe.event where client_id = owner
  )
  update paraphe.event e set position = top.last + fresh.n from fresh, top where e.id = fresh.id;
end $$;
revoke all on function paraphe.place_events from public;
grant execute on function paraphe.place_events to paraphe_api, paraphe_worker;

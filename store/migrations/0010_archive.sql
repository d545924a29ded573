-- Proof that outlives the personal data: verification reports, the signed manifest of the evidence, receipts of purges.

-- One report a document, as last made; it may name persons, so it is sealed with the contract's key.
create table personal.verification_report (
  document_id text collate "C" primary key,
  client_id text collate "C" not null,
  contract_id text collate "C" not null,
  -- of the file that was verified
  sha256 text not null,
  size integer not null,
  verification text not null check (verification in ('passed', 'indeterminate', 'failed')),
  -- where the bytes lie: `archived`, or `apart` for a person to look at
  kept text not null check (kept in ('archived', 'apart')),
  sealed bytea not null,
  verified_at timestamptz not null
);
create index on personal.verification_report (contract_id);

-- The keys that sign manifests and anchors (ed25519); the private half is sealed with the master key.
create table paraphe.evidence_key (
  id text collate "C" primary key,
  public_key text not null,
  sealed bytea not null,
  valid_from timestamptz not null
);

-- The manifest names no person, so it stays after the purge: digests, verdicts, times, signed and timestamped.
create table paraphe.evidence (
  contract_id text collate "C" primary key,
  client_id text collate "C" not null,
  manifest text not null,
  signature text not null,
  key_id text collate "C" not null references paraphe.evidence_key,
  -- RFC 3161 token over the manifest; null where no authority is configured, or it did not answer yet
  timestamp_token bytea,
  -- what is archived beside the documents
  pack_sha256 text not null,
  made_at timestamptz not null
);

create table paraphe.retention (
  contract_id text collate "C" primary key,
  client_id text collate "C" not null,
  -- the client said that it has its copy
  received_at timestamptz,
  purged_at timestamptz,
  -- what was removed and what stays: digests, verdicts, times
  receipt jsonb
);

-- What the sweep over the archive found, kept until it is well again.
create table paraphe.archive_fault (
  key text collate "C" primary key,
  contract_id text collate "C" not null,
  kind text not null check (kind in ('missing', 'damaged')),
  found_at timestamptz not null
);
alter table personal.verification_report add column checked_at timestamptz;
create index on personal.verification_report (checked_at nulls first);

grant select, insert, update, delete on
  personal.verification_report, paraphe.evidence, paraphe.retention, paraphe.archive_fault to paraphe_worker;
grant select, insert on paraphe.evidence_key to paraphe_worker;
grant select on personal.verification_report, paraphe.evidence to paraphe_api;
grant select (id, public_key, valid_from) on paraphe.evidence_key to paraphe_api;
grant select on paraphe.retention to paraphe_api;
grant insert (contract_id, client_id, received_at), update (received_at) on paraphe.retention to paraphe_api;

do $$
declare target regclass;
begin
  foreach target in array array['personal.verification_report', 'paraphe.evidence', 'paraphe.retention']::regclass[]
  loop
    execute format('alter table %s enable row level security', target);
    execute format('create policy of_client on %s to paraphe_api using (paraphe.may_see(client_id)) with check (paraphe.may_see(client_id))', target);
    execute format('create policy all_rows on %s to paraphe_worker using (true) with check (true)', target);
  end loop;
end $$;

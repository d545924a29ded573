-- What running the service needs: the trace of what waits, backups made, outages planned.

-- The trace in which a delivery or a mail was called for, so that it goes on when that is sent. The transaction names
-- it (paraphe.traceparent), so that whoever inserts need not know. It holds random numbers only.
alter table paraphe.delivery add column traceparent text default nullif(current_setting('paraphe.traceparent', true), '');
alter table paraphe.mail add column traceparent text default nullif(current_setting('paraphe.traceparent', true), '');

create table paraphe.backup (
  id bigint generated always as identity primary key,
  -- the state that it holds
  at timestamptz not null,
  ended_at timestamptz not null,
  bytes bigint not null,
  -- when a backup was last read back in full
  checked_at timestamptz
);
grant select on paraphe.backup to paraphe_worker;

create table paraphe.planned_outage (
  id bigint generated always as identity primary key,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  reason text not null
);
create index on paraphe.planned_outage (ends_at);
grant select, insert, delete on paraphe.planned_outage to paraphe_api;
grant select on paraphe.planned_outage to paraphe_worker;

-- For counting what was read in the last hour.
create index journal_at on paraphe.journal (at);

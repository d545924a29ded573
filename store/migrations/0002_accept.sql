-- The accept path in one statement, kept answers sealed, keys that sign webhooks.

-- A kept answer may hold names or secrets, so it is sealed: with the key of its contract, so that erasure
-- reaches it too, else with the master key.
alter table paraphe.idempotency drop column body;
alter table paraphe.idempotency add column sealed bytea;
alter table paraphe.idempotency add column contract_id text collate "C";
-- Counts outcomes that were not kept: it is part of the update's id, so that a repeat is a new attempt.
alter table paraphe.idempotency add column attempt integer not null default 0;
grant delete on paraphe.idempotency, paraphe.delivery to paraphe_api;
grant insert, update on paraphe.connection to paraphe_api;

-- The service's own ed25519 keys (`v1a`); the private half is sealed.
create table paraphe.webhook_signing_key (
  id text collate "C" primary key,
  public_key text not null,
  sealed bytea not null,
  valid_from timestamptz not null,
  valid_until timestamptz
);
grant select (id, public_key, valid_from, valid_until) on paraphe.webhook_signing_key to paraphe_api;
grant select, insert, update on paraphe.webhook_signing_key to paraphe_worker;

-- The TypeID of the delivery of an event to an endpoint, derived: hexadecimal digits are digits of its base32.
create function paraphe.delivery_id(event_id text, endpoint_id text) returns text language sql immutable as $$
  select 'dlv_' || substr(event_id, 5, 14) || left(md5(event_id || endpoint_id), 12)
$$;

-- Deliveries of an event to every enabled endpoint of its client whose filter lets the type through
-- (domain/webhooks/filter.ts: the type itself, the family and all above it, or everything).
create function paraphe.deliver(owner text, event_id text, event_type text, at timestamptz) returns void
  language sql as $$
  insert into paraphe.delivery (id, client_id, event_id, endpoint_id, next_attempt_at, created_at)
  select paraphe.delivery_id(event_id, e.id), owner, event_id, e.id, at, at
  from paraphe.webhook_endpoint e
  where e.client_id = owner and e.status = 'enabled' and exists (
    select from unnest(e.events) pattern
    where pattern = '*' or pattern = event_type
      or (pattern like '%.*' and starts_with(event_type, left(pattern, -1))))
  on conflict do nothing
$$;

-- Accepts a trigger: all or nothing, in one round trip. Nothing is returned when it was accepted, else what
-- an earlier request with the same key left. Checked before the reference, which that request itself holds.
create function paraphe.accept_contract(
  p_client text, p_path text, p_key text, p_fingerprint bytea, p_answer bytea, p_headers jsonb,
  p_id text, p_connection text, p_reference text, p_metadata jsonb, p_signatory_references jsonb, p_deadline timestamptz, p_state jsonb, p_language text,
  p_notify_signatories boolean, p_notify_owner boolean, p_now timestamptz,
  p_wrapped_key bytea, p_personal bytea,
  p_contents bytea, p_lengths integer[],
  p_event text, p_event_body text, p_actor text, p_request text
) returns table (status integer, fingerprint bytea, sealed bytea, headers jsonb, contract_id text)
  language plpgsql as $$
#variable_conflict use_column
declare place integer := 1;
declare i integer;
begin
  perform set_config('paraphe.client', p_client, true);
  if p_key is not null then
    insert into paraphe.idempotency as kept (client_id, path, key, fingerprint, status, sealed, headers, contract_id, created_at)
    values (p_client, p_path, p_key, p_fingerprint, 202, p_answer, p_headers, p_id, p_now)
    on conflict on constraint idempotency_pkey do update
      set fingerprint = excluded.fingerprint, sealed = excluded.sealed, headers = excluded.headers,
        contract_id = excluded.contract_id, created_at = excluded.created_at
      where kept.created_at < p_now - interval '7 days';
    if not found then
      return query select k.status, k.fingerprint, k.sealed, k.headers, k.contract_id
        from paraphe.idempotency k where k.client_id = p_client and k.path = p_path and k.key = p_key;
      return;
    end if;
  end if;
  insert into paraphe.contract (id, client_id, connection_id, reference, metadata,
    signatory_references, status, deadline, state, version, language, notify_signatories, notify_owner, created_at, updated_at)
  values (p_id, p_client, p_connection, p_reference, p_metadata, p_signatory_references, p_state->>'status', p_deadline, p_state, (p_state->>'version')::int,
    p_language, p_notify_signatories, p_notify_owner, p_now, p_now);
  insert into personal.contract_data (contract_id, client_id, wrapped_key, sealed)
  values (p_id, p_client, p_wrapped_key, p_personal);
  for i in 1 .. cardinality(p_lengths) loop
    insert into personal.document_content (document_id, client_id, contract_id, sealed, sha256, size, pages, created_at)
    select d->>'id', p_client, p_id, substring(p_contents from place for p_lengths[i]), d->>'sha256',
      (d->>'size')::int, (d->>'pages')::int, p_now
    from (select p_state->'documents'->(i - 1) as d) document;
    place := place + p_lengths[i];
  end loop;
  insert into paraphe.event (id, client_id, contract_id, sequence, type, body, occurred_at, observed_at)
  values (p_event, p_client, p_id, 1, 'contract.accepted', p_event_body, p_now, p_now);
  perform paraphe.deliver(p_client, p_event, 'contract.accepted', p_now);
  insert into paraphe.journal (at, client_id, actor, action, object, outcome, detail)
  values (p_now, p_client, p_actor, 'create', p_id, 'accepted', jsonb_build_object('requestId', p_request));
end $$;

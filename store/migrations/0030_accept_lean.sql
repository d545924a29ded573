-- The accept path, leaner (docs/decisions/0031-accept-in-one-statement.md).

-- Each trigger locked the rows of its client and its connection for these references, all triggers the same two.
-- Clients are disabled and never deleted, connections neither; row-level security fixes the client's id.
alter table paraphe.contract drop constraint contract_client_id_fkey, drop constraint contract_connection_id_fkey;
alter table paraphe.event drop constraint event_client_id_fkey;

-- Events get their place later: until then they are in `event_unplaced` alone.
drop index paraphe.event_feed;
create unique index event_feed on paraphe.event (client_id, position) where position is not null;

drop function paraphe.deliver(text, text, text, timestamptz);
create or replace function paraphe.accept_contract(
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
  -- As paraphe.deliver: in here the plan is kept, a function in SQL is planned at each call.
  if exists (select from paraphe.webhook_endpoint e where e.client_id = p_client and e.status = 'enabled') then
    insert into paraphe.delivery (id, client_id, event_id, endpoint_id, next_attempt_at, created_at)
    select paraphe.delivery_id(p_event, e.id), p_client, p_event, e.id, p_now, p_now
    from paraphe.webhook_endpoint e
    where e.client_id = p_client and e.status = 'enabled'
      and e.events && array['*', 'contract.*', 'contract.accepted'];
  end if;
  insert into paraphe.journal (at, client_id, actor, action, object, outcome, detail)
  values (p_now, p_client, p_actor, 'create', p_id, 'accepted', jsonb_build_object('requestId', p_request));
end $$;

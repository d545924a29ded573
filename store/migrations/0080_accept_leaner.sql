-- The accept path writes less (docs/decisions/0031-accept-in-one-statement.md).

-- Entries get their place later: until then they are in `journal_unchained` alone.
alter table paraphe.journal drop constraint journal_position_key;
create unique index journal_position_key on paraphe.journal (position) where position is not null;

-- The condition is looked at before the function is called: almost never.
drop trigger journal_insert on paraphe.journal;
create trigger journal_insert before insert on paraphe.journal
  for each row when (new.position is not null or new.hash is not null or new.previous_hash is not null)
  execute function paraphe.unchained_journal();

-- Rows come in the order of their time and are asked for by spans of it: a summary of blocks does.
drop index paraphe.journal_at;
create index journal_at on paraphe.journal using brin (at);
drop index paraphe.idempotency_created_at_idx;
create index idempotency_created_at on paraphe.idempotency using brin (created_at);

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
declare document jsonb;
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
    document := p_state->'documents'->(i - 1);
    insert into personal.document_content (document_id, client_id, contract_id, sealed, sha256, size, pages, created_at)
    values (document->>'id', p_client, p_id,
      -- One alone, as most are, is not copied.
      case when cardinality(p_lengths) = 1 then p_contents else substring(p_contents from place for p_lengths[i]) end,
      document->>'sha256', (document->>'size')::int, (document->>'pages')::int, p_now);
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

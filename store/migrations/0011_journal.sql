-- The journal is appended to and chained once; nothing else, whoever asks.

-- The last chained entry, so that a cut at the end shows even before the next anchor.
create table paraphe.journal_head (
  one boolean primary key default true check (one),
  position bigint not null,
  hash text not null,
  -- when a head was last written down outside the database
  anchored_at timestamptz
);
insert into paraphe.journal_head (position, hash) values (0, repeat('0', 64));
grant select, update on paraphe.journal_head to paraphe_worker;

create function paraphe.keep_journal() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.position is null and old.hash is null and new.position is not null
    and new.hash is not null and new.previous_hash is not null
    and (new.id, new.at, new.client_id, new.actor, new.action, new.object, new.outcome, new.detail)
      is not distinct from (old.id, old.at, old.client_id, old.actor, old.action, old.object, old.outcome, old.detail)
  then
    return new;
  end if;
  raise exception 'the journal is only appended to' using errcode = 'insufficient_privilege';
end $$;
create trigger journal_rows before update or delete on paraphe.journal
  for each row execute function paraphe.keep_journal();
create trigger journal_truncate before truncate on paraphe.journal
  for each statement execute function paraphe.keep_journal();

-- An entry begins unchained: nobody inserts into the chain.
create function paraphe.unchained_journal() returns trigger language plpgsql as $$
begin
  if new.position is not null or new.hash is not null or new.previous_hash is not null then
    raise exception 'a journal entry is chained later' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger journal_insert before insert on paraphe.journal
  for each row execute function paraphe.unchained_journal();

-- Each minute contracts are looked for whose time is over, and those without evidence: among those that are kept, not
-- among all that ever were. `retention` has the time and the receipt; this is its mark in the index.
alter table paraphe.contract add column purged_at timestamptz;
update paraphe.contract c set purged_at = r.purged_at from paraphe.retention r
  where r.contract_id = c.id and r.purged_at is not null;
create index contract_kept on paraphe.contract (updated_at)
  where purged_at is null and status in ('completed', 'cancelled', 'expired', 'rejected');

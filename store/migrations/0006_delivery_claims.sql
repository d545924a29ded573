-- First attempts are made from this table itself, by whichever worker claims the row; one that a crash leaves behind is
-- claimed again once its time is over. What the gate of its endpoint sends away is held until its turn.
alter table paraphe.delivery add column held_until timestamptz;

drop index paraphe.delivery_unstarted;
create index delivery_unstarted on paraphe.delivery (coalesce(held_until, next_attempt_at))
  where status = 'pending' and workflow_started_at is null;

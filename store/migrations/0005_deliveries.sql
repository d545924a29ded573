-- Attempts of one round are counted by their rows, so that the schedule survives restarts and resets.
alter table paraphe.delivery_attempt add column round integer not null default 0;

-- What waits for its workflow, in the order in which it became due.
create index delivery_unstarted on paraphe.delivery (next_attempt_at)
  where status = 'pending' and workflow_started_at is null;

-- Waiting deliveries of an endpoint: for disabling, and for the age of its backlog.
create index delivery_waiting on paraphe.delivery (endpoint_id, next_attempt_at) where status = 'pending';

-- Endpoints that have failed for a while.
create index webhook_endpoint_failing on paraphe.webhook_endpoint (first_failure_at)
  where status = 'enabled' and first_failure_at is not null;

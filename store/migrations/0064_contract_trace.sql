-- The trace in which a contract was accepted, so that what happens days later can be linked to it. Set as for
-- deliveries (0060): the transaction names it. It holds random numbers only.
alter table paraphe.contract add column traceparent text default nullif(current_setting('paraphe.traceparent', true), '');

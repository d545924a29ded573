-- Contracts are begun at a pace (docs/decisions/0086): which were started lately is asked several times a second.
create index contract_started on paraphe.contract (workflow_started_at) where workflow_started_at is not null;

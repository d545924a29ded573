-- Events are removed by age (docs/decisions/0056) and replayed from a time on. They lie in the order of their time, so
-- the smallest index will do; the accept path pays nothing for it.
create index event_by_age on paraphe.event using brin (observed_at) with (pages_per_range = 16, autosummarize = on);

-- An operator rotates the service's key through the api.
grant insert, update (valid_until) on paraphe.webhook_signing_key to paraphe_api;

-- Which attempt at its deed a call is: two processes that both believe to be the next one can't both write it down.
-- Calls of before have no number. One index serves both the deed and its attempts.
alter table paraphe.platform_call add column attempt integer;
create unique index platform_call_attempt on paraphe.platform_call (intent, attempt) where intent is not null;
drop index paraphe.platform_call_intent;

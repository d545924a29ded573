-- A mail counts as possibly sent from the moment the mail server is asked, not from the moment it is taken: one that
-- was taken by a process that was killed before is taken again.
alter table paraphe.mail add column handed_at timestamptz;
update paraphe.mail set handed_at = claimed_at where claimed_at is not null;
drop index paraphe.mail_due;
create index mail_due on paraphe.mail (next_attempt_at) where sent_at is null and handed_at is null and failure is null;
create index mail_handed on paraphe.mail (handed_at) where sent_at is null and failure is null;

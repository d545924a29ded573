-- Mails of our own: one row a mail and reason, written in the transaction of the event that is its reason.
drop table paraphe.mail;
create table paraphe.mail (
  -- event, kind and recipient: the same mail is never asked for twice
  key text primary key,
  client_id text collate "C" not null,
  contract_id text collate "C",
  kind text not null,
  -- null: to the client's contact
  signatory_id text collate "C",
  created_at timestamptz not null,
  next_attempt_at timestamptz not null,
  attempts integer not null default 0,
  -- set before the mail server is asked; found set without an answer, the mail may have gone out and is not repeated
  claimed_at timestamptz,
  sent_at timestamptz,
  failure text
);
create index mail_due on paraphe.mail (next_attempt_at) where sent_at is null and claimed_at is null and failure is null;
grant select, insert, update, delete on paraphe.mail to paraphe_worker;

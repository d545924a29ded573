-- When the service was up: one row an hour, one bit a minute, so that its availability can be told (CN17, CN20).
create table paraphe.service_hour (
  hour timestamptz primary key,
  minutes bit(60) not null
);
grant select, insert, update on paraphe.service_hour to paraphe_api;
grant select on paraphe.service_hour to paraphe_worker;

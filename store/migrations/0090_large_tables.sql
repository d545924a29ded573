-- Asked for by those who have a reference and no id: not by reading all contracts of the client.
create index contract_by_reference on paraphe.contract (client_id, reference) where reference is not null;

-- Uploads are removed by age.
create index upload_by_age on personal.document_content (created_at) where contract_id is null;

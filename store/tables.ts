import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { ContractState } from '../domain/contract/state.js';

type Time = ColumnType<Date, Date | string, Date | string>;
type NullableTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
type Json<T extends object | null> = JSONColumnType<T, string, string>;

/** What PostgreSQL holds; store/migrations/ is the truth, this file its shape for the compiler. */
export interface Tables {
  'paraphe.client': {
    id: string;
    name: string;
    scopes: string[];
    fields: string[] | null;
    limits: Json<object>;
    settings: Json<ClientSettings>;
    allowed_networks: string[];
    status: 'active' | 'disabled';
    expires_at: NullableTime;
    created_at: Time;
  };
  'personal.client_contact': { client_id: string; email: string };
  'paraphe.api_key': {
    id: string;
    client_id: string;
    hash: Buffer;
    hint: string;
    scopes: string[];
    created_at: Time;
    expires_at: NullableTime;
    revoked_at: NullableTime;
    last_used_at: NullableTime;
  };
  'paraphe.connection': {
    id: string;
    environment: 'sandbox' | 'production';
    url: string;
    api_user: string;
    daily_quota: number | null;
    sms_limit: number;
    attempt_limit: number;
    time_zone: string;
    created_at: Time;
  };
  'paraphe.contract': {
    id: string;
    client_id: string;
    connection_id: string;
    reference: string | null;
    status: string;
    deadline: Time;
    platform_id: string | null;
    state: Json<ContractState>;
    version: number;
    metadata: Json<Record<string, string>>;
    /** The client's references of the signatories, by signatory id. */
    signatory_references: Json<Record<string, string>>;
    asked_reason: string | null;
    traceparent: Generated<string | null>;
    language: 'fr' | 'en';
    notify_signatories: boolean;
    notify_owner: boolean;
    created_at: Time;
    updated_at: Time;
    workflow_started_at: NullableTime;
    seen_status: string | null;
    seen_updated_at: string | null;
    purged_at: NullableTime;
  };
  'personal.contract_data': {
    contract_id: string;
    client_id: string;
    wrapped_key: Buffer | null;
    sealed: Buffer | null;
  };
  'personal.document_content': {
    document_id: string;
    client_id: string;
    contract_id: string | null;
    wrapped_key: Buffer | null;
    sealed: Buffer;
    sha256: string;
    size: number;
    pages: number;
    created_at: Time;
  };
  'paraphe.event': {
    id: string;
    client_id: string;
    contract_id: string | null;
    sequence: number | null;
    type: string;
    body: string;
    occurred_at: Time;
    observed_at: Time;
    position: number | null;
  };
  'paraphe.webhook_endpoint': {
    id: string;
    client_id: string;
    url: string;
    events: string[];
    description: Generated<string>;
    status: Generated<'enabled' | 'disabled'>;
    disabled_reason: string | null;
    disabled_at: NullableTime;
    sealed: Buffer;
    created_at: Time;
    last_success_at: NullableTime;
    first_failure_at: NullableTime;
    warned_at: NullableTime;
  };
  'paraphe.delivery': {
    id: string;
    client_id: string;
    event_id: string;
    endpoint_id: string;
    status: Generated<'pending' | 'delivered' | 'failed'>;
    round: Generated<number>;
    next_attempt_at: NullableTime;
    workflow_started_at: NullableTime;
    /** While no workflow cares for it: claimed by a worker, or waiting for its turn at the endpoint. */
    held_until: NullableTime;
    created_at: Time;
  };
  'paraphe.delivery_attempt': {
    delivery_id: string;
    client_id: string;
    round: Generated<number>;
    number: number;
    at: Time;
    status: number | null;
    duration_ms: number;
    response: string | null;
    error: string | null;
  };
  'paraphe.platform_call': {
    id: Generated<number>;
    connection_id: string;
    contract_id: string | null;
    operation: string;
    intent: string | null;
    attempt: number | null;
    priority: number;
    at: Time;
    counted: Generated<boolean>;
    answered_at: NullableTime;
    status: number | null;
    outcome: 'done' | 'refused' | 'not_sent' | 'unknown' | null;
    code: string | null;
    answer: Json<object> | null;
  };
  'paraphe.idempotency': {
    client_id: string;
    path: string;
    key: string;
    fingerprint: Buffer;
    /** Null while under way. */
    status: number | null;
    sealed: Buffer | null;
    headers: Json<Record<string, string>> | null;
    contract_id: string | null;
    attempt: Generated<number>;
    created_at: Time;
  };
  'paraphe.webhook_signing_key': {
    id: string;
    public_key: string;
    sealed: Buffer;
    valid_from: Time;
    valid_until: NullableTime;
  };
  'paraphe.journal': {
    id: Generated<number>;
    at: Time;
    client_id: string | null;
    actor: string;
    action: string;
    object: string;
    outcome: string;
    detail: ColumnType<object, string | undefined, never>;
    position: ColumnType<number | null, never, number>;
    previous_hash: ColumnType<string | null, never, string>;
    hash: ColumnType<string | null, never, string>;
  };
  'paraphe.journal_head': {
    one: Generated<boolean>;
    position: number;
    hash: string;
    anchored_at: NullableTime;
  };
  'personal.verification_report': {
    document_id: string;
    client_id: string;
    contract_id: string;
    sha256: string;
    size: number;
    verification: 'passed' | 'indeterminate' | 'failed';
    kept: 'archived' | 'apart';
    sealed: Buffer;
    verified_at: Time;
    checked_at: NullableTime;
  };
  'paraphe.evidence_key': { id: string; public_key: string; sealed: Buffer; valid_from: Time };
  'paraphe.evidence': {
    contract_id: string;
    client_id: string;
    manifest: string;
    signature: string;
    key_id: string;
    timestamp_token: Buffer | null;
    pack_sha256: string;
    made_at: Time;
  };
  'paraphe.retention': {
    contract_id: string;
    client_id: string;
    received_at: NullableTime;
    purged_at: NullableTime;
    receipt: Json<object> | null;
  };
  'paraphe.archive_fault': {
    key: string;
    contract_id: string;
    kind: 'missing' | 'damaged';
    found_at: Time;
  };
  'personal.platform_log': { contract_id: string; client_id: string; sealed: Buffer; retrieved_at: Time };
  'paraphe.mail': {
    key: string;
    client_id: string;
    contract_id: string | null;
    kind: string;
    signatory_id: string | null;
    created_at: Time;
    next_attempt_at: Time;
    attempts: Generated<number>;
    claimed_at: NullableTime;
    /** The mail server was asked; without an answer the mail may have gone out. */
    handed_at: NullableTime;
    sent_at: NullableTime;
    failure: string | null;
  };
}

/** What a client has settled for itself. */
export interface ClientSettings {
  /** The client's own signing page for mails in stealth mode; `{contract}`, `{signatory}`, `{reference}` are filled in. */
  signingPage?: string;
  /** Days for which a contract that is over is kept; 90 when absent. */
  retentionDays?: number;
}

import type { AttemptRow, DeliveryRow } from '../../store/deliveries.js';
import type { EndpointRow } from '../../store/endpoints.js';

export function viewEndpoint(row: EndpointRow): object {
  return {
    id: row.id,
    url: row.url,
    events: row.events,
    description: row.description,
    status: row.status,
    disabledReason: row.disabled_reason,
    disabledAt: row.disabled_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}

export function viewDelivery(row: DeliveryRow, attempts: readonly AttemptRow[]): object {
  return {
    id: row.id,
    eventId: row.event_id,
    endpointId: row.endpoint_id,
    status: row.status,
    nextAttemptAt: row.status === 'pending' ? (row.next_attempt_at?.toISOString() ?? null) : null,
    attempts: attempts.filter((attempt) => attempt.delivery_id === row.id).map(viewAttempt),
  };
}

export function viewAttempt(row: AttemptRow): object {
  return {
    at: row.at.toISOString(),
    status: row.status,
    durationMs: row.duration_ms,
    response: row.response,
    error: row.error,
  };
}

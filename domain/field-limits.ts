type Members = Record<string, unknown>;

/**
 * A contract with only the members that a client may see (CN3): names of members (`label`), or of members of its
 * signatories or documents (`signatories.email`). `id` is always there; null means all.
 */
export function limitContract(contract: object, fields: readonly string[] | null): object {
  return fields === null ? contract : limit(contract as Members, fields);
}

/**
 * An event's body limited the same way: `data.contract` like the contract, `data.signatory` like one of its
 * signatories, `data.documents` like its documents.
 */
export function limitEvent(body: object, fields: readonly string[] | null): object {
  if (fields === null) return body;
  const data = { ...(body as { data: Members }).data };
  if (isObject(data['contract'])) {
    const counts = fields.includes('signatories') ? ['signed', 'previousStatus'] : ['previousStatus'];
    data['contract'] = limit(data['contract'], fields.includes('status') ? [...fields, ...counts] : fields);
  }
  limitMember(data, 'signatory', 'signatories', fields);
  limitMember(data, 'documents', 'documents', fields);
  return { ...body, data };
}

function limitMember(data: Members, name: string, field: string, fields: readonly string[]): void {
  if (!(name in data) || fields.includes(field)) return;
  const inner = innerOf(field, fields);
  if (inner.length === 0) delete data[name];
  else data[name] = limitValue(data[name], inner);
}

function limit(members: Members, fields: readonly string[]): Members {
  const kept: Members = {};
  for (const [name, value] of Object.entries(members)) {
    if (name === 'id' || fields.includes(name)) kept[name] = value;
    else {
      const inner = innerOf(name, fields);
      if (inner.length > 0) kept[name] = limitValue(value, inner);
    }
  }
  return kept;
}

function limitValue(value: unknown, inner: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => limitValue(item, inner));
  return isObject(value) ? limit(value, inner) : value;
}

function innerOf(name: string, fields: readonly string[]): string[] {
  return fields.filter((field) => field.startsWith(`${name}.`)).map((field) => field.slice(name.length + 1));
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

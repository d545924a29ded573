import { isTypeId } from '../../domain/ids.js';
import { asClient } from '../../store/database.js';
import { readUpload } from '../../store/uploads.js';
import type { ApiDeps } from '../deps.js';
import type { FindUpload } from './read-documents.js';

/** Uploaded documents of one client. */
export function findUploadOf(deps: ApiDeps, clientId: string): FindUpload {
  return async (id) =>
    isTypeId('doc', id) ? asClient(deps.db, clientId, (tx) => readUpload(tx, deps.vault, id)) : null;
}

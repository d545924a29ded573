import type { Express } from 'express';
import type { ApiDeps } from '../deps.js';

export function mountDocs(_app: Express, _deps: ApiDeps): void {}

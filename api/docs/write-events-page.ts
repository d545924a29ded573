import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventsPage } from './events-page.js';

// Beside the compiled folder.
writeFileSync(join(__dirname, '..', '..', '..', 'docs', 'events.md'), eventsPage());

import { exampleEvent } from '../../domain/event-examples.js';
import { EVENT_MEANINGS, EVENT_TYPES, type EventType } from '../../domain/events.js';
import { DEFAULT_EVENTS } from '../../domain/webhooks/filter.js';

const HEAD = `# Events

Every type of event, with an example that the code itself made (ids and facts are made up). Written by \`npm run docs:events\`; the tests compare. How they come and how to verify them: [receiving webhooks](guides/receive-webhooks.md).

Members that hold for all: \`occurredAt\` is when it happened, as the platform says; \`observedAt\` when it was learned. \`sequence\` numbers the events of one contract from 1 without a gap, and is null where there is no contract. \`actor\` is who caused it: \`client\`, \`signatory\`, \`platform\` (by hand on its site), \`deadline\`, \`operator\` or \`system\`. There is no file, code, name, e-mail address or phone number in any of them. **Default**: what an endpoint gets that names no events.
`;

/** The page docs/events.md. */
export function eventsPage(): string {
  return [HEAD, ...EVENT_TYPES.map(section)].join('\n');
}

function section(type: EventType): string {
  const mark = DEFAULT_EVENTS.includes(type) ? ' **Default.**' : '';
  const example = JSON.stringify(exampleEvent(type), null, 2);
  return `## ${type}\n\n${EVENT_MEANINGS[type]}${mark}\n\n\`\`\`json\n${example}\n\`\`\`\n`;
}

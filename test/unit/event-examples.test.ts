import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { eventsPage } from '../../api/docs/events-page.js';
import { openApiDocument } from '../../api/docs/openapi.js';
import { routesOf } from '../../api/routes/all.js';
import { exampleEvent } from '../../domain/event-examples.js';
import { EVENT_TYPES } from '../../domain/events.js';

interface Document {
  webhooks: Record<
    string,
    {
      post: {
        requestBody: { content: Record<string, { schema: { $ref: string }; example: { type: string } }> };
      };
    }
  >;
  components: object;
}

const document = openApiDocument(routesOf({ forget: () => undefined }), '0') as Document;
const schemas = new Ajv2020({ strict: false });
addFormats.default(schemas);
schemas.addSchema({ components: document.components }, 'openapi');

test('the page of events is what the code says: npm run docs:events', () => {
  const page = readFileSync(path.resolve(__dirname, '..', '..', 'docs', 'events.md'), 'utf8');
  expect(page).toBe(eventsPage());
});

test.each(EVENT_TYPES)('the example of %s is one of that type and keeps to its schema', (type) => {
  const { schema, example } = document.webhooks[type]!.post.requestBody.content['application/json']!;
  expect(example).toEqual(exampleEvent(type));
  expect(example.type).toBe(type);
  const validate = schemas.getSchema(`openapi${schema.$ref}`)!;
  expect([validate(example), validate.errors]).toEqual([true, null]);
});

test('the examples come from the state machine: who, what and how many agree', () => {
  expect(exampleEvent('contract.completed')).toMatchObject({
    sequence: 8,
    data: {
      contract: { status: 'completed', previousStatus: 'signed', signed: 2, signatories: 2 },
      documents: [{ verification: 'passed' }],
      actor: 'system',
    },
  });
  expect(exampleEvent('signatory.blocked')).toMatchObject({ data: { signatory: { attemptsLeft: 0 } } });
  expect(exampleEvent('contract.cancelled')).toMatchObject({
    data: { actor: 'client', reason: 'position withdrawn' },
  });
});

import { PROBLEMS } from '../../domain/errors.js';
import { EVENT_TYPES } from '../../domain/events.js';
import { routesOf } from '../../api/routes/all.js';
import { startTestApi, type TestApi } from '../support/api.js';

let api: TestApi;
beforeAll(async () => (api = await startTestApi()));
afterAll(() => api.close());

const page = async (path: string): Promise<string> => {
  const answer = await api.ask('GET', path, { key: null });
  expect(answer.status).toBe(200);
  return answer.bytes.toString();
};

test('The OpenAPI document has every route and every event, and its references lead somewhere', async () => {
  const document = JSON.parse(await page('/openapi.json')) as {
    openapi: string;
    paths: Record<string, Record<string, object>>;
    webhooks: object;
    components: { schemas: Record<string, object> };
  };
  expect(document.openapi).toMatch(/^3\.1/);
  for (const route of routesOf({ forget: () => undefined }))
    expect(document.paths[route.path]?.[route.method]).toBeDefined();
  expect(Object.keys(document.webhooks).sort()).toEqual([...EVENT_TYPES].sort());
  const text = JSON.stringify(document);
  for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g))
    expect(document.components.schemas[name!]).toBeDefined();
  const ids = [...text.matchAll(/"operationId":"(\w+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('The reference page loads nothing from elsewhere and runs no script', async () => {
  const answer = await api.ask('GET', '/docs', { key: null });
  const html = answer.bytes.toString();
  expect(html).toContain('POST /v1/contracts');
  expect(html).not.toMatch(/<script|src="http|href="http/);
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
});

test('Each kind of problem has a page where its type leads', async () => {
  for (const code of Object.keys(PROBLEMS)) expect(await page(`/problems/${code}`)).toContain(code);
  expect((await api.ask('GET', '/problems/constructor', { key: null })).status).toBe(404);
});

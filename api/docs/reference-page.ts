import { PROBLEMS, type ProblemCode } from '../../domain/errors.js';

interface Operation {
  tags?: string[];
  summary?: string;
  description?: string;
  parameters?: { name: string; in: string; required?: boolean; schema?: object; description?: string }[];
  requestBody?: { content: Record<string, { schema?: object; example?: object }> };
  responses: Record<string, { description: string; content?: Record<string, { schema?: object }> }>;
}
interface Document {
  info: { title: string; version: string; description: string };
  paths: Record<string, Record<string, Operation>>;
  webhooks: Record<string, { post: Operation }>;
  components: { schemas: Record<string, object> };
}

/** The reference as one page of HTML without scripts, from the OpenAPI document. */
export function referencePage(document: object): string {
  const { info, paths, webhooks, components } = document as Document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      title: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags ?? []))];
  const sections = tags.map((tag) => {
    const own = operations.filter(({ operation }) => operation.tags?.includes(tag) === true);
    return `<h2 id="${escapeHtml(tag)}">${escapeHtml(tag)}</h2>${own.map(renderOperation).join('')}`;
  });
  const events = Object.entries(webhooks).map(([title, { post }]) =>
    renderOperation({ title, operation: post }),
  );
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<details id="schema-${escapeHtml(name)}"><summary>${escapeHtml(name)}</summary>${json(schema)}</details>`,
  );
  const links = [...tags, 'Events', 'Schemas', 'Problems'].map(
    (tag) => `<a href="#${escapeHtml(tag)}">${escapeHtml(tag)}</a>`,
  );
  return page(
    `${info.title} ${info.version}`,
    `<p>${prose(info.description)} <a href="/openapi.json">openapi.json</a></p><nav>${links.join(' · ')}</nav>
${sections.join('\n')}
<h2 id="Events">Events</h2>${events.join('')}
<h2 id="Schemas">Schemas</h2>${schemas.join('')}
<h2 id="Problems">Problems</h2><ul>${problemLinks()}</ul>`,
  );
}

/** The page that a problem's `type` leads to. */
export function problemPage(code: ProblemCode): string {
  const { status, title, detail, kept } = PROBLEMS[code];
  const repeat =
    kept === true
      ? 'kept: the same Idempotency-Key gets this answer again'
      : 'not kept: the same Idempotency-Key may be used again';
  return page(
    title,
    `<p><code>${code}</code>, HTTP status ${status}</p><p>${escapeHtml(detail)}</p><p>The outcome is ${repeat}.</p><p><a href="/docs">All of the API</a></p>`,
  );
}

/** What stands between backticks is code. */
function prose(text: string): string {
  return escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

function renderOperation({ title, operation }: { title: string; operation: Operation }): string {
  const { summary = '', description = '', parameters = [], requestBody, responses } = operation;
  const rows = parameters.map(
    (one) =>
      `<tr><td><code>${escapeHtml(one.name)}</code></td><td>${one.in}${one.required === true ? ', required' : ''}</td><td>${prose(one.description ?? '')}${json(one.schema ?? {})}</td></tr>`,
  );
  const bodies = Object.entries(requestBody?.content ?? {}).map(
    ([type, { schema, example }]) => `<h4>Body: ${escapeHtml(type)}</h4>${json(example ?? schema ?? {})}`,
  );
  const answers = Object.entries(responses).map(
    ([status, { description, content = {} }]) =>
      `<tr><td>${status}</td><td>${prose(description).replaceAll('\n\n', '<br>')}${status < '3' ? json(Object.values(content)[0]?.schema) : ''}</td></tr>`,
  );
  return `<details><summary><code>${escapeHtml(title)}</code> ${escapeHtml(summary === title ? '' : summary)}</summary>
<p>${prose(description)}</p>${rows.length > 0 ? `<table>${rows.join('')}</table>` : ''}${bodies.join('')}
<h4>Answers</h4><table>${answers.join('')}</table></details>`;
}

function problemLinks(): string {
  return Object.entries(PROBLEMS)
    .map(
      ([code, { status, detail }]) =>
        `<li><a href="/problems/${code}"><code>${code}</code></a> (${status}) ${escapeHtml(detail)}</li>`,
    )
    .join('');
}

function json(value: object | undefined): string {
  if (value === undefined || Object.keys(value).length === 0) return '';
  return `<pre>${escapeHtml(JSON.stringify(value, null, 2))}</pre>`;
}

function page(title: string, content: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><link rel="stylesheet" href="/docs/style.css"></head><body><h1>${escapeHtml(title)}</h1>${content}</body></html>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

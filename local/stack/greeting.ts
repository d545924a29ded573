import type { StackDescription } from './description.js';
import { smallPdf } from './small-pdf.js';

const pages = { docs: 'API docs', console: 'Console' };

/** Which of the API's pages are there. */
export async function presentPages({ api }: StackDescription): Promise<string[]> {
  const found = await Promise.all(
    Object.keys(pages).map(async (page) => {
      const answer = await fetch(`${api}/${page}`, { redirect: 'manual' }).catch(() => null);
      return answer !== null && answer.status !== 404 ? [page] : [];
    }),
  );
  return found.flat();
}

/** The table of addresses; a path makes Temporal's interface open at one workflow. */
export function addressTable(stack: StackDescription, present: readonly string[], workflow = ''): string {
  const rows: [string, string | null][] = [
    ['API', stack.api],
    ...Object.entries(pages).flatMap<[string, string]>(([page, name]) =>
      present.includes(page) ? [[name, `${stack.api}/${page}`]] : [],
    ),
    ['Temporal', stack.temporalUi === null ? null : stack.temporalUi + workflow],
    ['Mailbox', stack.mailbox],
    ['Twin', stack.twin],
  ];
  return rows.flatMap(([name, url]) => (url === null ? [] : [`  ${name.padEnd(9)} ${url}`])).join('\n');
}

/** Where Temporal's interface shows the workflow of a contract. */
export function workflowPath(workflowId: string): string {
  return `/namespaces/default/workflows/${encodeURIComponent(workflowId)}`;
}

/** A request that works when pasted: one small contract, its PDF made on the spot. */
export function sampleRequest({ api, key }: StackDescription, now: Date): string {
  const deadline = new Date(now.getTime() + 30 * 24 * 3600 * 1000).toISOString().slice(0, 10);
  const body = {
    label: 'Contrat de travail',
    deadline,
    documents: [{ name: 'contrat.pdf', content: smallPdf().toString('base64') }],
    signatories: [
      {
        firstName: 'Camille',
        lastName: 'Martin',
        email: 'camille.martin@example.org',
        mobile: '+33 6 12 34 56 78',
      },
    ],
  };
  return [
    `curl -sS -X POST ${api}/v1/contracts \\`,
    `  -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' \\`,
    `  -H "Idempotency-Key: $(date +%s)-$$" \\`,
    `  -d '${JSON.stringify(body)}'`,
  ].join('\n');
}

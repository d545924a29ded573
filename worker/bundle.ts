import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { tracePlugin } from '../runtime/telemetry/temporal.js';

/** Where the bundle lies beside the compiled worker. */
export const BUNDLE_PATH = join(__dirname, 'workflow-bundle.js');

/** The workflows with the interceptors that carry the trace: every worker and every replay runs this very code. */
export async function bundleWorkflows(): Promise<WorkflowBundleWithSourceMap> {
  const workflowsPath = require.resolve('../workflows/index.js');
  const bundle = await bundleWorkflowCode({ workflowsPath, plugins: [tracePlugin()] });
  return { ...bundle, code: withOneFrame(slim(bundle.code)) };
}

/**
 * The SDK takes a stack trace of every promise that a workflow makes, looked up in the source map frame by frame: two
 * thirds of what a workflow task costs, and memory for each that waits. One frame still says where an error was thrown;
 * a replay of the history elsewhere shows all. Set before the SDK freezes the sandbox's globals.
 */
export function withOneFrame(code: string): string {
  return `Error.stackTraceLimit = 1;${code}`;
}

const MAP = /\n\/\/# sourceMappingURL=data:[^,]*;base64,([A-Za-z0-9+/=]+)\s*$/;

/**
 * The same program in less memory: every thread that runs workflows holds the text. Without the sources in the source
 * map (places in stack traces stay), and in characters that V8 keeps in one byte each.
 */
export function slim(code: string): string {
  const [comment, base64 = ''] = MAP.exec(code) ?? [];
  if (comment === undefined) throw new Error('the bundle has no source map');
  const { sourcesContent: _, ...map } = JSON.parse(Buffer.from(base64, 'base64').toString()) as Record<
    string,
    unknown
  >;
  const narrow = code
    .slice(0, -comment.length)
    .replaceAll(/[\u0100-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const data = Buffer.from(JSON.stringify(map)).toString('base64');
  return `${narrow}\n//# sourceMappingURL=data:application/json;base64,${data}`;
}

/** Bundles the workflows once, at build time: a worker then starts without webpack. */
async function main(): Promise<void> {
  const { code } = await bundleWorkflows();
  await writeFile(BUNDLE_PATH, code);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
}

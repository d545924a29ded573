import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { bundleWorkflows } from '../../worker/bundle.js';
import { wholeRunFolder } from './run-folder.js';
import { sharedServer } from './shared-server.js';

export interface BundleFile {
  readonly codePath: string;
}

const quiet = new DefaultLogger('ERROR', () => undefined);

/** The workflows, bundled once a run: it takes seconds of a processor. */
export function workflowBundle(): Promise<BundleFile> {
  const workflowsPath = require.resolve('../../workflows/index');
  return shared('workflows', () => bundleWorkflowCode({ workflowsPath, logger: quiet }));
}

/** The same with what carries traces, as the product bundles them. */
export function tracedBundle(): Promise<BundleFile> {
  return shared('traced-workflows', bundleWorkflows);
}

async function shared(name: string, make: () => Promise<{ code: string }>): Promise<BundleFile> {
  const bundle = async (): Promise<string> => {
    const file = path.join(wholeRunFolder(), `${name}.js`);
    writeFileSync(file, (await make()).code);
    return file;
  };
  const codePath = await sharedServer(name, bundle, wholeRunFolder());
  return { codePath };
}

import { rmSync } from 'node:fs';
import path from 'node:path';
import { LocalError } from '../project.js';
import { stopSignal } from '../stack/until-stopped.js';
import { rehearseAcceptance } from './acceptance.js';
import { rehearseAlerts } from './alerts.js';
import { createFindings, type Findings, type PhaseResult } from './finding.js';
import { readOptions, type PhaseName } from './options.js';
import { rehearseOverload } from './overload.js';
import { createPlatformSite } from './platform-site.js';
import { passed, writeReport } from './report.js';
import { rehearseRestore } from './restore.js';
import { rehearseRolling } from './rolling.js';
import { startTopology, type Topology } from './topology.js';
import { thisVersion, versionBefore, type Version } from './version.js';

const began = new Date();
/** As shells name a program that Ctrl-C has ended. */
const INTERRUPTED = 130;

let isEnding = false;

function say(text: string): void {
  if (isEnding) return;
  const seconds = Math.round((Date.now() - began.getTime()) / 1000);
  console.log(`${String(seconds).padStart(5)} s  ${text}`);
}

type Phase = (topology: Topology, findings: Findings) => Promise<void>;

function phasesOf(before: Version | null): Record<PhaseName, Phase> {
  return {
    rolling: (topology, findings) =>
      rehearseRolling({ topology, findings, before: before ?? thisVersion(), after: thisVersion() }),
    acceptance: rehearseAcceptance,
    restore: rehearseRestore,
    overload: rehearseOverload,
    alerts: rehearseAlerts,
  };
}

/** `npm run rehearse`: the production topology without containers, played through; exit status 0 when all was found well. */
async function main(): Promise<number> {
  const options = readOptions(
    process.argv.slice(2).filter((word) => word !== 'rehearse'),
    process.env,
  );
  const signal = stopSignal();
  const isRolling = options.phases.includes('rolling');
  if (isRolling && options.from !== 'self') say('the version before: built once, then kept');
  const before = isRolling ? await versionBefore(options.from, path.join(options.home, 'versions')) : null;
  const interrupted = new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  const topology = await startTopology(options, before ?? thisVersion(), say);
  const results: PhaseResult[] = [];
  const left: PhaseName[] = [];
  for (const phase of options.phases) {
    if (Date.now() - began.getTime() > options.minutes * 60_000) left.push(phase);
    else {
      const result = await Promise.race([interrupted, play(phase, phasesOf(before)[phase], topology)]);
      if (result === null) return await endEarly(topology);
      results.push(result);
    }
  }
  await topology.stop();
  const done = { topology, before, results, left, began, ended: new Date() };
  const file = writeReport(done);
  const isGood = passed(done);
  if (isGood) rmSync(topology.home.folder, { recursive: true, force: true });
  say(`${isGood ? 'passed' : `failed; logs are in ${topology.home.at('logs')}`}: ${file}`);
  return isGood ? 0 : 1;
}

/** Somebody wants no more of it: what the phase under way says from now on is no finding, and the last report stays. */
async function endEarly(topology: Topology): Promise<number> {
  say('interrupted: ending what runs; no report is written');
  isEnding = true;
  await topology.stop();
  return INTERRUPTED;
}

/** A phase that breaks off is a failure; the next one is played all the same. */
async function play(name: PhaseName, phase: Phase, topology: Topology): Promise<PhaseResult> {
  const start = Date.now();
  const findings = createFindings(say);
  say(`— ${name}`);
  try {
    // Left by a phase that broke off.
    await createPlatformSite(topology.twin.controlUrl).clearFaults();
    await phase(topology, findings);
  } catch (error) {
    findings.check(
      'played to its end',
      false,
      error instanceof LocalError ? error.message : String((error as Error).stack),
    );
  }
  const seconds = Math.round((Date.now() - start) / 1000);
  return { phase: name, seconds, findings: findings.found, notes: findings.notes };
}

main().then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(
      `paraphe: ${error instanceof LocalError ? error.message : String((error as Error).stack ?? error)}`,
    );
    process.exit(1);
  },
);

import path from 'node:path';
import { parseArgs } from 'node:util';
import { LocalError, projectRoot } from '../project.js';

export const PHASES = ['rolling', 'acceptance', 'restore', 'overload', 'alerts'] as const;
export type PhaseName = (typeof PHASES)[number];

export interface RehearsalOptions {
  readonly home: string;
  /** In the order of PHASES. */
  readonly phases: readonly PhaseName[];
  /** Under way while versions are rolled; the restore takes a quarter of them. */
  readonly contracts: number;
  /** The version before: a reference of git's, `self` for this one again, or null for the newest release. */
  readonly from: string | null;
  /** No phase begins after this time. */
  readonly minutes: number;
  readonly seed: number;
  /** Temporal's development server, no monitoring, this version twice. */
  readonly small: boolean;
}

const options = {
  only: { type: 'string' },
  contracts: { type: 'string' },
  from: { type: 'string' },
  minutes: { type: 'string', default: '25' },
  seed: { type: 'string', default: '1' },
  small: { type: 'boolean', default: false },
} as const;

/** @throws LocalError that says which word is not understood */
export function readOptions(args: string[], environment: NodeJS.ProcessEnv): RehearsalOptions {
  const { values } = parse(args);
  const { small } = values;
  return {
    home: path.resolve(projectRoot, environment['PARAPHE_HOME'] || '.paraphe-rehearsal'),
    phases: phasesOf(values.only, small),
    contracts: numberOf('contracts', values.contracts ?? (small ? '12' : '200'), 8),
    from: values.from ?? (small ? 'self' : null),
    minutes: numberOf('minutes', values.minutes, 1),
    seed: numberOf('seed', values.seed, 0),
    small,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options });
  } catch (error) {
    throw new LocalError((error as Error).message);
  }
}

function phasesOf(only: string | undefined, small: boolean): PhaseName[] {
  if (only === undefined) return small ? ['rolling', 'restore'] : [...PHASES];
  const wanted = only.split(',');
  const unknown = wanted.find((name) => !(PHASES as readonly string[]).includes(name));
  if (unknown !== undefined) throw new LocalError(`--only ${unknown}: give some of ${PHASES.join(', ')}.`);
  if (small && wanted.includes('alerts'))
    throw new LocalError('--small has no monitoring: leave out alerts.');
  return PHASES.filter((name) => wanted.includes(name));
}

function numberOf(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new LocalError(`--${name} ${text}: give a whole number from ${least} on.`);
}

import { percentile, summarise } from '../percentile.js';
import type { ContractState } from '../../domain/contract/state.js';
import { firstAttemptLatencies } from './latency.js';
import { tellAtPace } from './pace.js';
import { openReceiver, wellBehaved, type Behaviour, type Receiver } from './receiver.js';
import type { WebhookStack } from './stack.js';
import { until } from './until.js';

type Sample = ReturnType<typeof summarise>;

export interface DeadEndpointReport {
  /** Each run beside a tenth endpoint that lives, and each beside one that is dead. */
  allLive: Sample[];
  oneDead: Sample[];
  /** The p95 beside a dead one, over the mean of those before and after it: the median is the figure. */
  p95Ratios: number[];
  p95Ratio: number;
  /** Two runs without a dead one, one over the other: what chance alone does. */
  noiseRatios: number[];
}

const ENDPOINTS = 10;
/** The worst kind of dead: takes the request and never answers. */
export const silent: Behaviour = () => undefined;

/**
 * The latencies at nine live endpoints, beside a tenth that lives and beside one that is dead: a run without, one
 * with, one without, as often as wished.
 */
export async function measureDeadEndpoint(
  stack: WebhookStack,
  wish: { count: number; perSecond: number; rounds: number },
): Promise<DeadEndpointReport> {
  const live = [await latenciesBeside(stack, wish, wellBehaved)];
  const dead: number[][] = [];
  for (let n = 0; n < wish.rounds; n++) {
    dead.push(await latenciesBeside(stack, wish, silent));
    live.push(await latenciesBeside(stack, wish, wellBehaved));
  }
  const p95 = (sample: number[]): number => percentile(sample, 0.95);
  const lives = live.map(p95);
  const p95Ratios = dead.map((sample, n) => p95(sample) / ((lives[n]! + lives[n + 1]!) / 2));
  const noiseRatios = lives.slice(1).map((value, n) => value / lives[n]!);
  return {
    allLive: live.map(summarise),
    oneDead: dead.map(summarise),
    p95Ratios: p95Ratios.map(hundredths),
    p95Ratio: hundredths(percentile(p95Ratios, 0.5)),
    noiseRatios: noiseRatios.map(hundredths),
  };
}

const hundredths = (value: number): number => Math.round(value * 100) / 100;

/** Events go to ten endpoints in turn, each of a client of its own. @returns the latencies at the first nine, in ms */
export async function latenciesBeside(
  stack: WebhookStack,
  wish: { count: number; perSecond: number },
  last: Behaviour,
): Promise<number[]> {
  const contracts: ContractState[] = [];
  const receivers: Receiver[] = [];
  try {
    for (let n = 0; n < ENDPOINTS; n++) {
      const receiver = await openReceiver(n === ENDPOINTS - 1 ? last : wellBehaved);
      receivers.push(receiver);
      const clientId = await stack.addClient();
      await stack.addEndpoint(clientId, receiver.url);
      contracts.push(await stack.addContract(clientId));
    }
    const tenth = contracts[ENDPOINTS - 1]!.id;
    const live = receivers.slice(0, -1);
    await tellAtPace(stack, contracts, { count: ENDPOINTS * 2, perSecond: wish.perSecond });
    const all = await tellAtPace(stack, contracts, wish);
    const commits = new Map([...all].filter(([key]) => !key.startsWith(tenth)));
    const due = commits.size + 2 * live.length;
    await until(() => live.reduce((sum, { arrivals }) => sum + arrivals.length, 0) >= due, 60_000);
    return firstAttemptLatencies(commits, live);
  } finally {
    receivers.forEach((receiver) => receiver.close());
    // What is left of the dead one's must not burden the next run.
    await stack.endWaiting();
  }
}

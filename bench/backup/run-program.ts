import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

export interface ProgramRun {
  seconds: number;
  cpuSeconds: number;
  /** The most memory that it held. */
  peakMb: number;
  /** The line of JSON that it printed. */
  said: Record<string, unknown>;
}

const LOOK_MS = 100;
const TICKS_A_SECOND = 100;

/** Runs one of our programs to its end and watches what it takes (Linux: /proc). */
export async function runProgram(file: string, args: string[], env: NodeJS.ProcessEnv): Promise<ProgramRun> {
  const began = performance.now();
  const child = spawn(process.execPath, [file, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  let [peakMb, cpuSeconds] = [0, 0];
  const timer = setInterval(() => {
    const look = lookAt(child.pid!);
    if (look !== null) ({ peakMb, cpuSeconds } = look);
  }, LOOK_MS);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(timer);
  if (code !== 0) throw new Error(`${file} ended with ${code}`);
  const seconds = (performance.now() - began) / 1_000;
  return { seconds: round(seconds), cpuSeconds, peakMb, said: JSON.parse(output) as Record<string, unknown> };
}

function lookAt(pid: number): { peakMb: number; cpuSeconds: number } | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    const peak = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
    return {
      peakMb: Math.round(peak),
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND,
    };
  } catch {
    return null;
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

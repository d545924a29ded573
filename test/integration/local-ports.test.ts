import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { freePort, preferPort } from '../../local/ports.js';
import { readyWhen } from '../../local/process/readiness.js';

test('a free port is one that the system gives to no other program by itself', async () => {
  const others = createServer().listen(0, '127.0.0.1');
  await once(others, 'listening');
  const lowest = givenBySystem() ?? (others.address() as AddressInfo).port;
  others.close();
  const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
  expect(Math.max(...ports)).toBeLessThan(lowest);
});

test('a wished port that is taken gives way to a free one', async () => {
  const holder = createServer().listen(await freePort(), '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  const given = await preferPort(port);
  holder.close();
  expect(given).not.toBe(port);
});

test('whoever waits for a program that ends is told what it said, not that waiting was cut off', async () => {
  const gone = new AbortController();
  const waiting = readyWhen({ onLine: () => undefined, signal: gone.signal }, () => Promise.resolve(false));
  gone.abort(new Error('temporal ended: address already in use'));
  await expect(waiting).rejects.toThrow('temporal ended: address already in use');
});

/** The lowest port that Linux gives out by itself; null elsewhere. */
function givenBySystem(): number | null {
  try {
    return Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'), 10);
  } catch {
    return null;
  }
}

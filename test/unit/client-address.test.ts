import type { IncomingMessage } from 'node:http';
import { createClientAddress } from '../../api/client-address.js';

const asks = (peer: string, forwarded?: string | string[]) =>
  ({
    socket: { remoteAddress: peer },
    headers: { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage;

test('without a proxy of ours the peer is who asks, whatever it says', () => {
  const addressOf = createClientAddress([]);
  expect(addressOf(asks('198.51.100.7', '203.0.113.9'))).toBe('198.51.100.7');
  const behind = createClientAddress(['172.16.0.0/12']);
  expect(behind(asks('198.51.100.7', '203.0.113.9'))).toBe('198.51.100.7');
});

test('behind proxies of ours the last address that is none of theirs is who asks; what stands before it is anybody’s word', () => {
  const addressOf = createClientAddress(['172.16.0.0/12', 'fd00::/8']);
  expect(addressOf(asks('172.18.0.5', '203.0.113.9'))).toBe('203.0.113.9');
  expect(addressOf(asks('::ffff:172.18.0.5', '1.1.1.1, 203.0.113.9'))).toBe('203.0.113.9');
  expect(addressOf(asks('fd00::1', ['1.1.1.1, 203.0.113.9', '172.18.0.9']))).toBe('203.0.113.9');
  expect(addressOf(asks('172.18.0.5', 'unknown'))).toBe('172.18.0.5');
  expect(addressOf(asks('172.18.0.5'))).toBe('172.18.0.5');
});

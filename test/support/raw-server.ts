import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface RawServer {
  url: string;
  /** Connections accepted so far. */
  connections(): number;
  /** What came in, one entry for each connection, as text. */
  received(): string[];
  /** Bytes written to the socket and taken by the kernel, of the last connection. */
  lastSocket(): Socket | undefined;
  close(): Promise<void>;
}

/** A TCP server on a free port that does what `behave` says once the head of a request has come in. */
export async function startRawServer(
  behave: (socket: Socket, head: string, connection: number) => void,
  address = '127.0.0.1',
): Promise<RawServer> {
  const sockets: Socket[] = [];
  const received: string[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const index = sockets.push(socket) - 1;
    received.push('');
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      const before = received[index] ?? '';
      received[index] = before + chunk.toString('utf8');
      if (!before.includes('\r\n\r\n') && received[index]?.includes('\r\n\r\n')) {
        behave(socket, received[index] ?? '', index);
      }
    });
  });
  server.listen(0, address);
  await once(server, 'listening');
  return {
    url: `http://${address}:${(server.address() as AddressInfo).port}/hook`,
    connections: () => sockets.length,
    received: () => received,
    lastSocket: () => sockets.at(-1),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

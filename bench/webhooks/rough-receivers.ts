import type { IncomingMessage, ServerResponse } from 'node:http';
import { openReceiver, type Arrival, type Receiver } from './receiver.js';

export interface RoughReceiver extends Receiver {
  /** Events that were answered so that no further attempt is due. */
  readonly accepted: Set<string>;
}

type Answer = (response: ServerResponse, request: IncomingMessage, accept: () => void) => void;

const soon = (): string => new Date(Date.now() + 2_000).toUTCString();

/** What goes wrong with receivers, each as likely as the others; three of the ten go well in some way. */
const ANSWERS: readonly Answer[] = [
  (response) => void response.destroy(),
  (response) => void response.writeHead(500).end('no'),
  (response) => void response.writeHead(404).end(),
  (response) => void response.writeHead(302, { location: '/elsewhere' }).end(),
  (response) => void response.writeHead(429, { 'retry-after': '1' }).end(),
  (response) => void response.writeHead(503, { 'retry-after': soon() }).end(),
  (_response, { socket }) => void socket.end('HTTP/1.1 20'),
  (response, _request, accept) => {
    setTimeout(() => response.writeHead(204).end(), 1_000);
    accept();
  },
  (response, _request, accept) => {
    accept();
    response.writeHead(200, { 'content-length': '100' }).write('half');
    setTimeout(() => response.destroy(), 20);
  },
  (response, _request, accept) => {
    accept();
    response.writeHead(204).end();
  },
];

/** Fails at random, seven times in ten. */
export async function openRandomReceiver(random: () => number = Math.random): Promise<RoughReceiver> {
  const accepted = new Set<string>();
  const receiver = await openReceiver((response, request, { eventId }) => {
    const answer = ANSWERS[Math.floor(random() * ANSWERS.length)]!;
    answer(response, request, () => accepted.add(eventId));
  });
  return { ...receiver, accepted };
}

/** Takes some events, then wants no more: 410. */
export async function openLeavingReceiver(after: number): Promise<RoughReceiver> {
  const accepted = new Set<string>();
  const behave = (response: ServerResponse, _request: IncomingMessage, { eventId }: Arrival): void => {
    if (accepted.size < after) {
      accepted.add(eventId);
      response.writeHead(204).end();
      return;
    }
    response.writeHead(410).end();
  };
  const receiver = await openReceiver(behave);
  return { ...receiver, accepted };
}

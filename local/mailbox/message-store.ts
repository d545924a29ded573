import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { simpleParser } from 'mailparser';
import type { Message, MessageHead } from './message.js';
import { findLinks } from './find-links.js';

export interface MessageStore {
  /** Keeps a mail; resolves when it is on the disk. */
  readonly keep: (envelope: { from: string; to: readonly string[] }, source: Buffer) => Promise<void>;
  /** Newest first; `to` keeps those sent to this address, in any case of letters. */
  readonly list: (to?: string) => readonly MessageHead[];
  /** Null: there is no such mail. */
  readonly read: (id: string) => Promise<Message | null>;
  readonly source: (id: string) => Promise<Buffer | null>;
  readonly remove: (id: string) => Promise<boolean>;
  readonly clear: () => Promise<void>;
}

/** Mails as files: the source as it came, and a head beside it that makes it listed. */
export async function openMessageStore(folder: string): Promise<MessageStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const heads = await readHeads(folder);
  const file = (id: string, kind: 'eml' | 'json') => path.join(folder, `${id}.${kind}`);

  async function keep(envelope: { from: string; to: readonly string[] }, source: Buffer): Promise<void> {
    const { subject = '' } = await simpleParser(source);
    const at = new Date().toISOString();
    const id = `${at.replaceAll(/\D/g, '')}-${randomBytes(4).toString('hex')}`;
    const head: MessageHead = { id, at, from: envelope.from, to: envelope.to, subject };
    await writeFile(file(id, 'eml'), source, { mode: 0o600, flush: true });
    // The head comes last and at once: a half-written mail is never listed.
    await writeFile(`${file(id, 'json')}.part`, JSON.stringify(head), { mode: 0o600, flush: true });
    await rename(`${file(id, 'json')}.part`, file(id, 'json'));
    heads.set(id, head);
  }

  async function remove(id: string): Promise<boolean> {
    if (!heads.delete(id)) return false;
    await Promise.all([rm(file(id, 'json'), { force: true }), rm(file(id, 'eml'), { force: true })]);
    return true;
  }

  const source = async (id: string) => (heads.has(id) ? readFile(file(id, 'eml')) : null);
  return {
    keep,
    remove,
    source,
    list: (to) => [...heads.values()].filter((head) => isTo(head, to)).reverse(),
    read: async (id) => {
      const head = heads.get(id);
      const bytes = await source(id);
      return head === undefined || bytes === null ? null : parse(head, bytes);
    },
    clear: async () => void (await Promise.all([...heads.keys()].map(remove))),
  };
}

function isTo(head: MessageHead, to: string | undefined): boolean {
  return to === undefined || head.to.some((address) => address.toLowerCase() === to.toLowerCase());
}

async function parse(head: MessageHead, source: Buffer): Promise<Message> {
  const { text = '', html = false, attachments } = await simpleParser(source);
  return {
    ...head,
    text,
    html: html === false ? null : html,
    links: findLinks(html === false ? '' : html, text),
    attachments: attachments.map(({ filename = '', contentType, size }) => ({
      name: filename,
      type: contentType,
      size,
    })),
  };
}

async function readHeads(folder: string): Promise<Map<string, MessageHead>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
  const heads = texts.map((text) => JSON.parse(text) as MessageHead);
  return new Map(heads.map((head) => [head.id, head]));
}

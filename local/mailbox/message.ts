/** What is kept of a mail beside its source, for lists. */
export interface MessageHead {
  readonly id: string;
  /** When it came, ISO 8601. */
  readonly at: string;
  /** The envelope: who it was really sent by and to. */
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
}

export interface Message extends MessageHead {
  readonly text: string;
  /** Null for a mail of plain text only. */
  readonly html: string | null;
  /** Every web address in it, in the order in which they come, each once. */
  readonly links: readonly string[];
  readonly attachments: readonly { readonly name: string; readonly type: string; readonly size: number }[];
}

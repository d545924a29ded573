/** What the twin's seal puts on a document, as the platform does once all have signed (platform-wire.md, "The signed document"). */

interface SealedPerson {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  /** ISO 8601, UTC. */
  readonly signedAt: string;
}

interface SealedEvent {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly event: string;
  readonly detail: string;
}

export interface SealInput {
  /** The deposited PDF. */
  readonly document: Uint8Array;
  /** Its file name, as deposited. */
  readonly name: string;
  readonly contract: { readonly id: string; readonly label: string; readonly language: 'fr' | 'en' };
  readonly signatories: readonly SealedPerson[];
  /** The contract's audit trail, oldest first. */
  readonly events: readonly SealedEvent[];
  /** The twin's time, which may run ahead of the machine's. */
  readonly at: Date;
  /** True on the sandbox: TEST across every page. */
  readonly watermark: boolean;
}

/** Makes the signed file of one main document. Rejects when the document can't be sealed; the twin tries again later. */
export interface Sealer {
  seal(input: SealInput): Promise<Uint8Array>;
}

/** A sealer with the trust anchors that a verifier needs, as PEM. */
export interface TrustedSealer extends Sealer {
  readonly signerTrustPem: string;
  readonly tsaTrustPem: string;
}

export interface SealerOptions {
  /** Folder for the test authorities' keys, kept from one start to the next. */
  readonly home: string;
  /** The twin's clock. */
  readonly now: () => Date;
}

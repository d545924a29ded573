/** The error codes of the wire with their HTTP statuses (platform-wire.md, "Transport"). */
const STATUS = {
  invalid_request: 400,
  invalid_keys: 401,
  wrong_platform: 401,
  unknown_contract: 404,
  unknown_signatory: 404,
  not_cancellable: 409,
  already_signed: 409,
  not_published: 409,
  cancelled: 409,
  expired: 409,
  deposit_due: 409,
  wrong_code: 422,
  quota_exceeded: 429,
  sms_limit: 429,
  attempts_exceeded: 429,
} as const;

export type ErrorCode = keyof typeof STATUS;

/** Messages are French, as the platform's may be; programs read the code. */
const MESSAGE: Record<ErrorCode, string> = {
  invalid_request: 'Requête mal formée ou incomplète.',
  invalid_keys: 'Clés apiUser / apiKey inconnues.',
  wrong_platform: "Ces clés sont celles de l'autre plateforme.",
  unknown_contract: 'Contrat inconnu.',
  unknown_signatory: 'Signataire inconnu.',
  not_cancellable: 'Tous les signataires ont signé : le contrat ne peut plus être annulé.',
  already_signed: 'Ce signataire a déjà signé.',
  not_published: "Le contrat est un brouillon : il n'est pas encore publié.",
  cancelled: 'Le contrat est annulé.',
  expired: 'Le contrat a expiré.',
  deposit_due: 'Un acompte est dû : il se règle sur le site, avant la signature.',
  wrong_code: 'Code de signature erroné.',
  quota_exceeded: 'Le nombre de requêtes par jour est atteint.',
  sms_limit: 'Le nombre de SMS pour ce signataire est atteint.',
  attempts_exceeded: "Le nombre d'échecs de signature est atteint : ce signataire est bloqué.",
};

export interface TwinErrorDetail {
  readonly message?: string;
  readonly attemptsLeft?: number;
  /** Seconds; becomes the header Retry-After. */
  readonly retryAfter?: number;
}

/** A refusal that the caller is told about, on the wire, on the site and by the control interface alike. */
export class TwinError extends Error {
  readonly status: number;
  readonly retryAfter: number | null;
  private readonly attemptsLeft: number | undefined;

  constructor(
    readonly code: ErrorCode,
    detail: TwinErrorDetail = {},
  ) {
    super(detail.message ?? MESSAGE[code]);
    this.name = 'TwinError';
    this.status = STATUS[code];
    this.retryAfter = detail.retryAfter ?? null;
    this.attemptsLeft = detail.attemptsLeft;
  }

  /** The error body of the wire. */
  body(): { error: Record<string, unknown> } {
    const extra = this.attemptsLeft === undefined ? {} : { attemptsLeft: this.attemptsLeft };
    return { error: { code: this.code, message: this.message, ...extra } };
  }
}

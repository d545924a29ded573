/**
 * How many contracts are begun at a time: between the start of their workflow and the platform's first answer. What
 * is accepted in a rush stays in PostgreSQL until a place is free, so that people who sign have the machine
 * (docs/decisions/0086).
 */
export const PLACES = 2;

/** While people sign one at a time is begun, and not more often than this, in each process. */
export const PAUSE_WHILE_SIGNING_MS = 2_000;

/** People sign when somebody did within this time: whoever signs once often goes on. */
export const SIGNING_MS = 5_000;

/** Whoever waits longer for the platform (its quota, an outage, an operator) holds no place any more. */
export const PLACE_MS = 15_000;

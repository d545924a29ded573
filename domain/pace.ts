/**
 * How many contracts are begun at a time: between the start of their workflow and the platform's first answer. What
 * is accepted in a rush stays in PostgreSQL until a place is free, so that people who sign have the machine
 * (docs/decisions/0086).
 */
export const PLACES = 2;

/** Whoever waits longer for the platform (its quota, an outage, an operator) holds no place any more. */
export const PLACE_MS = 15_000;

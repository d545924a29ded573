const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Shares of a day's signatures by hour: 90 % between 8 and 20 o'clock, a peak in the morning. */
const SHAPE = [
  0.4, 0.3, 0.2, 0.2, 0.3, 0.6, 1.2, 2, 9, 12.5, 14, 11.5, 6.5, 6, 7.5, 7, 6, 4.5, 3.2, 2.3, 1.8, 1.4, 1, 0.6,
];

export type Draw = () => number;

/** Mulberry32: the same numbers for the same seed everywhere. */
export function createDraw(seed: number): Draw {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A time of the day, in milliseconds from midnight, as working people have it. */
export function timeOfDay(draw: Draw): number {
  const total = SHAPE.reduce((sum, share) => sum + share, 0);
  let left = draw() * total;
  const hour = SHAPE.findIndex((share) => (left -= share) < 0);
  return (Math.max(0, hour) + draw()) * HOUR_MS;
}

/** When somebody signs on the site: within the next three days, at a time of the working day's shape. */
export function signingTime(published: number, draw: Draw): number {
  for (;;) {
    const day = Math.floor(published / DAY_MS) + Math.floor(draw() * 3);
    const at = day * DAY_MS + timeOfDay(draw);
    if (at > published + 60_000) return at;
  }
}

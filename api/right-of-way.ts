import { SIGNING_MS } from '../domain/pace.js';
import type { Clock } from '../runtime/clock.js';
import { asOperator, type Database } from '../store/database.js';
import { isSomebodySigning } from '../store/starts.js';

/** Whether people sign, here or by another process: whatever else is asked for then leaves them the machine. */
export interface RightOfWay {
  isTaken(): boolean;
  /** Somebody signs here until the given function is called. */
  take(): () => void;
}

export interface RightOfWayDeps {
  clock: Clock;
  /** Whether any process has sent a code or a signature to the platform since then. */
  signedSince: (since: Date) => Promise<boolean>;
}

const LOOK_EVERY_MS = 1_000;

/** What others do is looked up once a second at most, and only when it is asked for. */
export function createRightOfWay({ clock, signedSince }: RightOfWayDeps): RightOfWay {
  let underWay = 0;
  let until = 0;
  let lookedAt = 0;
  const look = async (now: number): Promise<void> => {
    lookedAt = now;
    if (await signedSince(new Date(now - SIGNING_MS))) until = Math.max(until, now + 2 * LOOK_EVERY_MS);
  };
  return {
    isTaken() {
      const now = clock.now().getTime();
      // A database that is away is told by whoever needs it.
      if (now - lookedAt >= LOOK_EVERY_MS) void look(now).catch(() => undefined);
      return underWay > 0 || now < until;
    },
    take() {
      underWay += 1;
      return () => {
        underWay -= 1;
        until = clock.now().getTime() + SIGNING_MS;
      };
    },
  };
}

/** What the ledger of platform calls says of it. */
export function lookUpSigning(db: Database): RightOfWayDeps['signedSince'] {
  return (since) => asOperator(db, (tx) => isSomebodySigning(tx, since));
}

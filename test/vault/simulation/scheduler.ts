import type { SeededRandom } from './seeded-random.ts';

/**
 * Decides which of the waiting operations goes on next. Between two decisions every promise that can settle has settled,
 * so a run depends on the seed only.
 */
export interface Scheduler {
  /** Resolves when it is this operation's turn. */
  readonly turn: () => Promise<void>;
  /** Gives turns until the task has settled; `onTurn` runs before each and may throw to end the run there. */
  readonly until: (task: Promise<unknown>, onTurn?: () => void) => Promise<void>;
  /** Gives turns until nothing waits. */
  readonly drain: (onTurn?: () => void) => Promise<void>;
  /** Forgets whoever waits: the process they belonged to is gone. */
  readonly forget: () => void;
  readonly turns: () => number;
}

const TURNS_MAX = 200_000;

export function createScheduler(random: SeededRandom): Scheduler {
  let waiting: (() => void)[] = [];
  let turns = 0;
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const step = (onTurn: (() => void) | undefined): void => {
    onTurn?.();
    turns += 1;
    if (turns > TURNS_MAX) throw new Error(`the run does not end: ${TURNS_MAX} turns were given`);
    const [go] = waiting.splice(random.below(waiting.length), 1);
    go?.();
  };
  return {
    turn: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
      }),
    until: async (task, onTurn) => {
      let settled = false;
      const done = (): void => {
        settled = true;
      };
      task.then(done, done);
      await settle();
      while (!settled) {
        if (waiting.length === 0) throw new Error('the vault waits for something that never comes');
        step(onTurn);
        await settle();
      }
    },
    drain: async (onTurn) => {
      await settle();
      while (waiting.length > 0) {
        step(onTurn);
        await settle();
      }
    },
    forget: () => {
      waiting = [];
    },
    turns: () => turns,
  };
}

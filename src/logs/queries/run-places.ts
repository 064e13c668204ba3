/** Places to run in, given to those who wait in the order in which they came. */
export interface RunPlaces {
  /** Waits for a place; false, and no place taken, when the signal was aborted first. */
  readonly enter: (signal: AbortSignal) => Promise<boolean>;
  readonly leave: () => void;
}

export function createRunPlaces(placesMax: number): RunPlaces {
  // Each entry takes over the place of the one that leaves.
  const waiting = new Set<() => void>();
  let taken = 0;
  return {
    enter: async (signal) => {
      if (signal.aborted) return false;
      if (taken < placesMax) {
        taken += 1;
        return true;
      }
      return await new Promise<boolean>((resolve) => {
        const takeOver = (): void => {
          signal.removeEventListener('abort', giveUp);
          resolve(true);
        };
        const giveUp = (): void => {
          waiting.delete(takeOver);
          resolve(false);
        };
        waiting.add(takeOver);
        signal.addEventListener('abort', giveUp, { once: true });
      });
    },
    leave: () => {
      const [next] = waiting;
      if (next === undefined) taken -= 1;
      else {
        waiting.delete(next);
        next();
      }
    },
  };
}

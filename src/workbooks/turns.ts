/** Runs what has the same key one after the other, in the order of asking. Keys without work take no memory. */
export interface Turns {
  readonly run: <Result>(key: string, work: () => Promise<Result>) => Promise<Result>;
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return {
    run: async (key, work) => {
      const before = last.get(key);
      const mine = before === undefined ? work() : before.then(work, work);
      last.set(key, mine);
      try {
        return await mine;
      } finally {
        if (last.get(key) === mine) last.delete(key);
      }
    },
  };
}

/** Lets one task at a time work on each key; tasks of different keys run side by side. */
export function createTurns(): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async (key, task) => {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.then(task, task);
    const settled = mine.catch(() => undefined);
    last.set(key, settled);
    try {
      return await mine;
    } finally {
      if (last.get(key) === settled) last.delete(key);
    }
  };
}

/**
 * Joins calls for the same key that wait at the same time: a call that arrives while one runs shares the next run, never
 * the running one, which may have begun before the caller's change.
 */
export function createJoinedRuns(run: (key: string) => Promise<void>): (key: string) => Promise<void> {
  const running = new Map<string, { readonly done: Promise<void>; next: Promise<void> | undefined }>();
  const begin = (key: string): Promise<void> => {
    const done = run(key);
    const entry = { done, next: undefined };
    running.set(key, entry);
    const forget = (): void => {
      if (running.get(key) === entry) running.delete(key);
    };
    done.then(forget, forget);
    return done;
  };
  return (key) => {
    const current = running.get(key);
    if (current === undefined) return begin(key);
    const again = (): Promise<void> => begin(key);
    current.next ??= current.done.then(again, again);
    return current.next;
  };
}

/**
 * Knows which folders hold changes that may not survive a crash. What others see in such a folder must not be
 * acknowledged before a sync that began after they saw it.
 */
export interface FolderSyncs {
  /** Runs what changes names in the folder. */
  readonly change: <T>(folder: string, effect: () => Promise<T>) => Promise<T>;
  /** Resolves when everything in the folder that can be seen at the time of this call is synced. */
  readonly settle: (folder: string) => Promise<void>;
}

export function createFolderSyncs(sync: (folder: string) => Promise<void>): FolderSyncs {
  const changing = new Map<string, number>();
  const changed = new Map<string, number>();
  const synced = new Map<string, number>();
  const add = (counts: Map<string, number>, folder: string, by: number): void => {
    counts.set(folder, (counts.get(folder) ?? 0) + by);
  };
  const run = createJoinedRuns(async (folder) => {
    const upTo = changed.get(folder) ?? 0;
    await sync(folder);
    synced.set(folder, upTo);
  });
  return {
    // Counted when it has ended, for only a sync that begins after that is sure to cover it.
    change: async (folder, effect) => {
      add(changing, folder, 1);
      try {
        return await effect();
      } finally {
        add(changing, folder, -1);
        add(changed, folder, 1);
      }
    },
    settle: async (folder) => {
      const wanted = changed.get(folder) ?? 0;
      // A change that has not ended may be seen already; the next sync to begin covers what was seen of it.
      if ((changing.get(folder) ?? 0) > 0) await run(folder);
      while ((synced.get(folder) ?? 0) < wanted) await run(folder);
    },
  };
}

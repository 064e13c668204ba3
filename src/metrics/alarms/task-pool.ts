/** Runs at most `atOnce` tasks at the same time; the rest waits in order. Tasks deal with their own failures. */
export interface TaskPool {
  readonly add: (task: () => Promise<void>) => void;
  readonly isIdle: () => boolean;
  /** Resolves when nothing runs or waits. */
  readonly settled: () => Promise<void>;
}

export function createTaskPool(atOnce: number): TaskPool {
  const waiting: (() => Promise<void>)[] = [];
  const running = new Set<Promise<void>>();
  const next = (): void => {
    while (running.size < atOnce) {
      const task = waiting.shift();
      if (task === undefined) return;
      const run: Promise<void> = task().finally(() => {
        running.delete(run);
        next();
      });
      running.add(run);
    }
  };
  return {
    add: (task) => {
      waiting.push(task);
      next();
    },
    isIdle: () => running.size === 0 && waiting.length === 0,
    settled: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

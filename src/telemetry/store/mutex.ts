export type Mutex = <T>(work: () => Promise<T>) => Promise<T>;

/** Runs one piece of work at a time, in the order of the calls; a failure does not stop the next. */
export function createMutex(): Mutex {
  let tail: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = tail.then(work);
    tail = result.catch(() => undefined);
    return result;
  };
}

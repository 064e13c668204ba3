/**
 * Runs changes one after the other. Tables of monitors are small, so that PostgreSQL reads them whole and takes changes
 * of different monitors for a conflict: side by side they would be tried again more often than they would be done.
 */
export type Turns = <Result>(work: () => Promise<Result>) => Promise<Result>;

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

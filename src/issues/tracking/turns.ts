/**
 * Runs work one after the other, in the order of asking; a failure is its caller's alone. Everything that writes issues
 * takes a turn: the transactions of one process then never collide, and memory changes together with the database.
 */
export type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>;

export function createTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** Knows which pieces of work are under way, so that closing can wait for them. */
export interface UnderWay {
  readonly track: <T>(work: Promise<T>) => Promise<T>;
  /** Resolves when those of now have ended, well or not: under a steady load there is no moment without any. */
  readonly drain: () => Promise<void>;
}

export function createUnderWay(): UnderWay {
  const pieces = new Set<Promise<void>>();
  return {
    track: (work) => {
      const settled = work.then(
        () => undefined,
        () => undefined,
      );
      pieces.add(settled);
      void settled.then(() => pieces.delete(settled));
      return work;
    },
    drain: async () => {
      await Promise.all(pieces);
    },
  };
}

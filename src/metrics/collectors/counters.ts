/** How far a counter rose since it was last read. */
export interface Rise {
  readonly by: number;
  readonly seconds: number;
}

export interface CounterReading {
  readonly key: string;
  readonly value: number;
  /** What the counter counts from: another text means that it began anew. */
  readonly epoch: string;
  /** Of a clock that never goes back. */
  readonly atMs: number;
}

export interface Counters {
  /** Undefined where nothing can be said: seen for the first time, begun anew, or set back. Never negative. */
  readonly rise: (reading: CounterReading) => Rise | undefined;
  /** Forgets what was not read since then, so that names that come and go cost no memory. */
  readonly forgetBefore: (atMs: number) => void;
  readonly size: () => number;
}

/**
 * Remembers counters to tell their rise. A counter that began anew says nothing about the time before: a rise is only
 * told between two readings of one counting.
 */
export function createCounters(): Counters {
  const known = new Map<string, CounterReading>();
  return {
    rise: (reading) => {
      const before = known.get(reading.key);
      known.set(reading.key, reading);
      if (before === undefined || before.epoch !== reading.epoch) return undefined;
      const seconds = (reading.atMs - before.atMs) / 1000;
      const by = reading.value - before.value;
      return by < 0 || seconds <= 0 ? undefined : { by, seconds };
    },
    forgetBefore: (atMs) => {
      for (const [key, reading] of known) if (reading.atMs < atMs) known.delete(key);
    },
    size: () => known.size,
  };
}

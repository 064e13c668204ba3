/** What a histogram comes to: a statistic set with values that stand for those that were counted. */
export interface Spread {
  readonly sum: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

/** What is known of a histogram besides its buckets. */
export interface Known {
  readonly sum: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
}

interface Bucket {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

const VALUES_MAX = 512;
const VALUES_PER_BUCKET_MAX = 16;

/**
 * Explicit buckets `(bounds[i-1], bounds[i]]`: the values of a bucket are taken to lie evenly in it, which is what every
 * reader of such histograms assumes. Extremes are those that the sender gave, else the edges of the outermost buckets
 * that have values; a bucket without an edge ends at the one it has. Undefined when nothing was counted.
 */
export function spreadOfBounds(bounds: readonly number[], counts: readonly number[], known: Known): Spread | undefined {
  const buckets = counts.flatMap((count, index): readonly Bucket[] => {
    if (count <= 0) return [];
    const above = bounds[index - 1];
    const below = bounds[index];
    const low = above ?? known.min ?? Math.min(0, below ?? 0);
    const high = below ?? known.max ?? above ?? low;
    return [{ low: Math.min(low, high), high: Math.max(low, high), count }];
  });
  return spreadOf(buckets, known, evenly);
}

/** `c` values at the middles of as many equal parts. */
function evenly({ low, high, count }: Bucket, parts: number): readonly (readonly [number, number])[] {
  const places = Math.max(1, Math.min(parts, Math.floor(count)));
  return Array.from({ length: places }, (_, place) => {
    const share = Math.floor((count * (place + 1)) / places) - Math.floor((count * place) / places);
    return [low + ((high - low) * (place + 0.5)) / places, places === 1 ? count : share] as const;
  });
}

/** Buckets of an exponential histogram by their index, which is exact: `(base^i, base^(i+1)]` with base 2^(2^-scale). */
export interface Exponential {
  readonly scale: number;
  readonly zeroCount: number;
  readonly positive: ReadonlyMap<number, number>;
  readonly negative: ReadonlyMap<number, number>;
}

/** Each bucket by the value whose relative error is smallest. Undefined when nothing was counted. */
export function spreadOfExponential(histogram: Exponential, known: Known): Spread | undefined {
  const fitted = coarsen(histogram);
  const base = 2 ** (2 ** -fitted.scale);
  const edge = (index: number): number => 2 ** (index * 2 ** -fitted.scale);
  const buckets: Bucket[] = [];
  for (const [index, count] of fitted.negative) buckets.push({ low: -edge(index + 1), high: -edge(index), count });
  if (fitted.zeroCount > 0) buckets.push({ low: 0, high: 0, count: fitted.zeroCount });
  for (const [index, count] of fitted.positive) buckets.push({ low: edge(index), high: edge(index + 1), count });
  buckets.sort((a, b) => a.low - b.low);
  const middle = ({ low, high, count }: Bucket): readonly (readonly [number, number])[] => {
    const smaller = Math.min(Math.abs(low), Math.abs(high));
    return [[Math.sign(low + high) * ((2 * smaller * base) / (1 + base)), count]];
  };
  return spreadOf(buckets, known, middle);
}

/** Halves the resolution until the buckets are few enough; each step joins two neighbours. */
function coarsen(histogram: Exponential): Exponential {
  let fitted = histogram;
  while (fitted.positive.size + fitted.negative.size >= VALUES_MAX) fitted = downscale(fitted, fitted.scale - 1);
  return fitted;
}

/** The same histogram at a lower scale; exact, as buckets of the higher one lie wholly in those of the lower. */
export function downscale(histogram: Exponential, scale: number): Exponential {
  const shift = histogram.scale - scale;
  if (shift <= 0) return histogram;
  const join = (buckets: ReadonlyMap<number, number>): ReadonlyMap<number, number> => {
    const joined = new Map<number, number>();
    for (const [index, count] of buckets) {
      const lower = Math.floor(index / 2 ** shift);
      joined.set(lower, (joined.get(lower) ?? 0) + count);
    }
    return joined;
  };
  return { ...histogram, scale, positive: join(histogram.positive), negative: join(histogram.negative) };
}

function spreadOf(
  buckets: readonly Bucket[],
  known: Known,
  place: (bucket: Bucket, parts: number) => readonly (readonly [number, number])[],
): Spread | undefined {
  const first = buckets[0];
  const last = buckets.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const min = known.min ?? first.low;
  const max = Math.max(min, known.max ?? last.high);
  const parts = Math.max(1, Math.min(VALUES_PER_BUCKET_MAX, Math.floor(VALUES_MAX / buckets.length)));
  const merged = new Map<number, number>();
  let count = 0;
  for (const bucket of buckets.slice(0, VALUES_MAX)) {
    for (const [value, share] of place(bucket, parts)) {
      const inside = Math.min(max, Math.max(min, value));
      if (share > 0) merged.set(inside, (merged.get(inside) ?? 0) + share);
    }
    count += bucket.count;
  }
  const values = [...merged.keys()];
  const counts = [...merged.values()];
  const sum = known.sum ?? values.reduce((total, value, index) => total + value * (counts[index] ?? 0), 0);
  return { sum, count, min, max, values, counts };
}

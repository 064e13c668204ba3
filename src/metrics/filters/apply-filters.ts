import { extractValue, matchesFilterPattern, parseRecord } from '../../logs/index.ts';
import { type CompiledFilter, numberIn } from './compile-filter.ts';
import { mayHoldEmf, readEmf } from './emf.ts';
import type { PointGatherer } from './gather-points.ts';
import { METRICS_FILTERS_LIMITS } from './limits.ts';
import type { PairCount } from './pair-count.ts';

/** A filter at work, with what it remembers of the stream. */
export interface ActiveFilter {
  readonly compiled: CompiledFilter;
  /** Tells its metric from those of other filters. */
  readonly key: string;
  readonly pairs: PairCount;
  /** The minute in which records came last, for the default value. */
  minute: { readonly startMs: number; isMatched: boolean } | undefined;
}

interface StoredRow {
  readonly timeNs: bigint;
  readonly body: string;
}

/** Samples of one record into the gatherer. Returns the filters that have now seen too many dimension values. */
export function applyToRow(
  row: StoredRow,
  filters: readonly ActiveFilter[],
  to: { readonly gatherer: PointGatherer; readonly nowMs: number },
): readonly ActiveFilter[] {
  if (mayHoldEmf(row.body)) readEmf(row.body, to.gatherer.add);
  if (filters.length === 0) return [];
  // Every filter of the group asks about the same record, so its JSON is read once.
  let parsed: { readonly root: object | undefined } | undefined;
  const parse = (body: string): object | undefined => {
    parsed ??= { root: parseRecord(body) };
    return parsed.root;
  };
  const overflowing: ActiveFilter[] = [];
  for (const filter of filters) {
    if (!matchesFilterPattern(filter.compiled.pattern, row.body, parse)) continue;
    if (filter.minute !== undefined) filter.minute.isMatched = true;
    if (!addSample(row, filter, { ...to, parse })) overflowing.push(filter);
  }
  return overflowing;
}

/** False when the dimensions of the filter have taken too many different values. */
function addSample(
  row: StoredRow,
  { compiled, key, pairs }: ActiveFilter,
  to: {
    readonly gatherer: PointGatherer;
    readonly nowMs: number;
    readonly parse: (body: string) => object | undefined;
  },
): boolean {
  const { transformation } = compiled.filter;
  const value =
    compiled.value.type === 'number'
      ? compiled.value.number
      : numberIn(extractValue(compiled.value, row.body, to.parse));
  if (value === undefined) return true;
  const dimensions: Record<string, string> = {};
  let place = key;
  for (const { name, reference } of compiled.dimensions) {
    const found = extractValue(reference, row.body, to.parse);
    // A record without one of the dimensions belongs to no metric of the filter.
    if (found === undefined || String(found).trim() === '') return true;
    const text = String(found).slice(0, METRICS_FILTERS_LIMITS.dimensionValueLength);
    dimensions[name] = text;
    place += `\n${text.length}:${text}`;
    if (!pairs.add(`${name}\n${text}`, to.nowMs)) return false;
  }
  to.gatherer.add(place, {
    namespace: transformation.metricNamespace,
    name: transformation.metricName,
    dimensions,
    unit: compiled.unit,
    timeMs: Number(row.timeNs / 1_000_000n),
    resolutionSeconds: 60,
    value,
  });
  return true;
}

import { hash } from 'node:crypto';
import { Failure } from '../../base/index.ts';
import type { MetricPoint } from '../../metrics/index.ts';
import type { RedactionReport } from '../../redact/index.ts';
import { type Attributes, booleansOf, numbersOf, setAttribute, stringsOf } from '../attributes.ts';
import { INGEST_FAILURES } from '../failures.ts';
import { INGEST_LIMITS } from '../limits.ts';
import type { Cleaner } from '../sink/clean-record.ts';
import type { CumulativeCall, Running } from './cumulative.ts';
import { type Exponential, type Spread, spreadOfBounds, spreadOfExponential } from './histogram-values.ts';
import {
  CUMULATIVE,
  type ExponentialPoint,
  type HistogramPoint,
  type MetricDraft,
  type MetricReceiver,
  type NumberPoint,
  type PointBase,
  type SummaryPoint,
} from './metric-draft.ts';
import { unitOf } from './metric-units.ts';

/** All that comes in as OTLP; a service is told by its dimension. */
export const OTEL_NAMESPACE = 'OTel';
/** Of the resource, these become dimensions: what tells services and environments apart, and not each process. */
const RESOURCE_DIMENSIONS = ['service.name', 'deployment.environment.name'] as const;
/** Bit 0 of the flags of a point: nothing was recorded, the series has ended. */
const NO_RECORDED_VALUE = 1;
const NOT_FINITE = 'a value is not a finite number';

export interface MetricGathering extends MetricReceiver {
  readonly finish: () => GatheredMetrics;
}

export interface GatheredMetrics {
  readonly points: readonly MetricPoint[];
  /** Number of refused data points by reason. */
  readonly refusals: ReadonlyMap<string, number>;
  readonly dataPoints: number;
  readonly exemplars: number;
}

export interface MetricGatheringDeps {
  readonly cleaner: Cleaner;
  readonly report: RedactionReport;
  readonly cumulative: CumulativeCall;
  readonly receivedMs: number;
}

/**
 * Turns data points into points of metrics (OTLP metrics data model). Names, dimensions and their values pass the
 * redactor here, before anything is kept of them. Throws `ingest.too-many-records`.
 */
export function startMetricGathering(deps: MetricGatheringDeps): MetricGathering {
  const points: MetricPoint[] = [];
  const refusals = new Map<string, number>();
  let dataPoints = 0;
  let exemplars = 0;
  let resource: ResourcePart = { dimensions: {}, key: '', refusal: undefined };
  let scopeName = '';
  const refuse = (reason: string): void => void refusals.set(reason, (refusals.get(reason) ?? 0) + 1);

  const addPoint: AddPoint = (metric, point, work) => {
    dataPoints += 1;
    exemplars += point.exemplars;
    if (dataPoints > INGEST_LIMITS.recordsPerRequestMax) {
      throw new Failure(INGEST_FAILURES.tooManyRecords, { limit: INGEST_LIMITS.recordsPerRequestMax });
    }
    if ((point.flags & NO_RECORDED_VALUE) !== 0) return;
    const early = resource.refusal ?? point.attributes.refusal;
    const reason = early ?? work(placeOf(deps, { metric, point, resource, scopeName }));
    if (reason !== undefined) refuse(reason);
  };
  const push: Push = (place, spread) => {
    const numbers = [spread.sum, spread.min, spread.max, ...(spread.values ?? [])];
    if (!numbers.every(Number.isFinite)) return NOT_FINITE;
    points.push({ ...place.identity, ...spread, timeMs: place.timeMs, resolutionSeconds: 60 });
    return undefined;
  };

  return {
    beginResource: (attributes) => {
      resource = resourcePart(attributes, deps);
      scopeName = '';
    },
    beginScope: ({ name }) => {
      scopeName = name;
    },
    add: (metric) => {
      addPointsOf(metric, { addPoint, push, deps });
    },
    finish: () => ({ points, refusals, dataPoints, exemplars }),
  };
}

type AddPoint = (metric: MetricDraft, point: PointBase, work: (place: Place) => string | undefined) => void;

/** Each kind of point has its own way to become one of ours. */
function addPointsOf(
  metric: MetricDraft,
  { addPoint, push, deps }: { readonly addPoint: AddPoint; readonly push: Push; readonly deps: MetricGatheringDeps },
): void {
  const each = <Point extends PointBase>(
    points: readonly Point[],
    add: (point: Point, place: Place) => string | undefined,
  ): void => {
    for (const point of points) addPoint(metric, point, (place) => add(point, place));
  };
  switch (metric.type) {
    case 'gauge':
      each(metric.points, (point, place) => push(place, single(point)));
      break;
    case 'sum':
      each(metric.points, (point, place) => addSum(point, place, { metric, push, deps }));
      break;
    case 'histogram':
      each(metric.points, (point, place) => addHistogram(point, place, { metric, push, deps }));
      break;
    case 'exponential':
      each(metric.points, (point, place) => addExponential(point, place, { metric, push, deps }));
      break;
    case 'summary':
      each(metric.points, (point, place) => addSummary(point, place, { push, deps }));
      break;
  }
}

interface ResourcePart {
  readonly dimensions: Readonly<Record<string, string>>;
  /** Of all attributes: two processes of one service count apart, though their metrics are one. */
  readonly key: string;
  readonly refusal: string | undefined;
}

function resourcePart(attributes: Attributes, { cleaner, report }: MetricGatheringDeps): ResourcePart {
  const all = textsOf(attributes);
  const named: Record<string, string> = {};
  for (const name of RESOURCE_DIMENSIONS) {
    const value = all[name] ?? (name === 'deployment.environment.name' ? all['deployment.environment'] : undefined);
    if (value !== undefined && value !== '') named[name] = value;
  }
  const refusal = attributes.refusal === undefined ? undefined : `the resource: ${attributes.refusal}`;
  return { dimensions: cleaner.strings(named, report), key: keyOf(all), refusal };
}

/** Where a point goes, and what its running totals are kept under. */
interface Place {
  readonly identity: Pick<MetricPoint, 'namespace' | 'name' | 'dimensions' | 'unit'>;
  readonly timeMs: number;
  readonly key: string;
}

function placeOf(
  { cleaner, report, receivedMs }: MetricGatheringDeps,
  of: {
    readonly metric: MetricDraft;
    readonly point: PointBase;
    readonly resource: ResourcePart;
    readonly scopeName: string;
  },
): Place {
  const { metric, point, resource } = of;
  const own = textsOf(point.attributes);
  const dimensions: Record<string, string> = { ...resource.dimensions };
  const clean = cleaner.strings(own, report);
  for (const name in clean) {
    const value = clean[name] ?? '';
    if (value !== '') setAttribute(dimensions, name, value);
  }
  const cumulative = metric.type === 'summary' || ('temporality' in metric && metric.temporality === CUMULATIVE);
  return {
    identity: {
      namespace: OTEL_NAMESPACE,
      name: cleaner.word(metric.name, report),
      dimensions,
      unit: unitOf(metric.unit),
    },
    timeMs: point.timeNs === 0n ? Math.floor(receivedMs) : Number(point.timeNs / 1_000_000n),
    key: cumulative ? hash('sha256', `${resource.key}\n${of.scopeName}\n${metric.name}\n${keyOf(own)}`, 'base64') : '',
  };
}

function textsOf(attributes: Attributes): Readonly<Record<string, string>> {
  if (attributes.numbers === undefined && attributes.booleans === undefined) return stringsOf(attributes);
  const texts: Record<string, string> = {};
  for (const part of [stringsOf(attributes), numbersOf(attributes), booleansOf(attributes)]) {
    for (const [name, value] of Object.entries(part)) setAttribute(texts, name, String(value));
  }
  return texts;
}

const keyOf = (texts: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1)));

type Push = (place: Place, spread: Omit<Spread, 'values' | 'counts'> & Partial<Spread>) => string | undefined;

interface Adding {
  readonly metric: MetricDraft & { readonly temporality: number };
  readonly push: Push;
  readonly deps: MetricGatheringDeps;
}

const single = ({ value = Number.NaN }: Pick<NumberPoint, 'value'>): Omit<Spread, 'values' | 'counts'> => ({
  sum: value,
  count: 1,
  min: value,
  max: value,
});

/** What counts up becomes what was added; what may fall is a state, like a gauge. */
function addSum(
  point: NumberPoint,
  place: Place,
  { metric, push, deps }: Omit<Adding, 'metric'> & { readonly metric: Extract<MetricDraft, { type: 'sum' }> },
): string | undefined {
  const { value } = point;
  if (value === undefined || !Number.isFinite(value)) return NOT_FINITE;
  if (metric.temporality !== CUMULATIVE || !metric.monotonic) return push(place, single(point));
  const added = addedSince(deps, { place, point, running: { type: 'sum', value } });
  return added?.type === 'sum' ? push(place, single({ value: added.value })) : undefined;
}

const addedSince = (
  { cumulative }: MetricGatheringDeps,
  { place, point, running }: { readonly place: Place; readonly point: PointBase; readonly running: Running },
): Running | undefined => cumulative.added({ key: place.key, startNs: point.startNs, timeNs: point.timeNs, running });

function addHistogram(point: HistogramPoint, place: Place, { metric, push, deps }: Adding): string | undefined {
  const { bounds, bucketCounts, count } = point;
  if (bucketCounts.length > 0 && bucketCounts.length !== bounds.length + 1) {
    return 'a histogram has not one bucket more than bounds';
  }
  if (
    bounds.some((bound, index) => !Number.isFinite(bound) || bound <= (bounds[index - 1] ?? Number.NEGATIVE_INFINITY))
  ) {
    return 'the bounds of a histogram do not ascend';
  }
  // Without buckets all values are in one.
  const counts = bucketCounts.length === 0 ? [count] : bucketCounts;
  const delta = metric.temporality !== CUMULATIVE;
  const running = { type: 'histogram', bounds, counts, sum: point.sum } as const;
  const added = delta ? running : addedSince(deps, { place, point, running });
  if (added?.type !== 'histogram') return undefined;
  // The extremes of a total are those since its start, and tell nothing of what was added.
  const known = { sum: added.sum, min: delta ? point.min : undefined, max: delta ? point.max : undefined };
  const spread = spreadOfBounds(bounds, added.counts, known);
  return spread === undefined ? undefined : push(place, spread);
}

function addExponential(point: ExponentialPoint, place: Place, { metric, push, deps }: Adding): string | undefined {
  if (point.scale < -10 || point.scale > 20) return 'the scale of an exponential histogram is not between -10 and 20';
  const delta = metric.temporality !== CUMULATIVE;
  const histogram: Exponential = {
    scale: point.scale,
    zeroCount: point.zeroCount,
    positive: bucketsOf(point.positive),
    negative: bucketsOf(point.negative),
  };
  const running = { type: 'exponential', histogram, sum: point.sum } as const;
  const added = delta ? running : addedSince(deps, { place, point, running });
  if (added?.type !== 'exponential') return undefined;
  const known = { sum: added.sum, min: delta ? point.min : undefined, max: delta ? point.max : undefined };
  const spread = spreadOfExponential(added.histogram, known);
  return spread === undefined ? undefined : push(place, spread);
}

const bucketsOf = ({ offset, counts }: ExponentialPoint['positive']): ReadonlyMap<number, number> =>
  new Map(counts.flatMap((count, index) => (count > 0 ? [[offset + index, count] as const] : [])));

/** Quantiles cannot be joined, so each is a metric of its own dimension; count and sum are totals since the start. */
function addSummary(point: SummaryPoint, place: Place, { push, deps }: Omit<Adding, 'metric'>): string | undefined {
  const { identity } = place;
  for (const { quantile, value } of point.quantiles) {
    // A quantile of nothing is not a number, and no mistake.
    if (Number.isNaN(value)) continue;
    const dimensions = { ...identity.dimensions, quantile: String(quantile) };
    const reason = push({ ...place, identity: { ...identity, dimensions } }, single({ value }));
    if (reason !== undefined) return reason;
  }
  for (const [suffix, value] of [
    ['_count', point.count],
    ['_sum', point.sum],
  ] as const) {
    const own = { ...place, key: place.key + suffix };
    const added = addedSince(deps, { place: own, point, running: { type: 'sum', value } });
    if (added?.type !== 'sum') continue;
    const unit = suffix === '_count' ? 'Count' : identity.unit;
    const reason = push({ ...own, identity: { ...identity, name: identity.name + suffix, unit } }, single(added));
    if (reason !== undefined) return reason;
  }
  return undefined;
}

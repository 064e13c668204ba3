import { parseRecord } from '../../logs/index.ts';
import type { Sample } from './gather-points.ts';
import { METRICS_FILTERS_LIMITS } from './limits.ts';

/**
 * Metrics inside a log record: the Embedded Metric Format
 * (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 * What breaks its rules makes no points, and never an error: the record is stored as any other.
 */
export const mayHoldEmf = (body: string): boolean =>
  // The long word first: the engine skips through the text by its length, and stops at every quote for the other one.
  body.charCodeAt(0) === OPENING_BRACE && body.includes('CloudWatchMetrics') && body.includes('"_aws"');

const OPENING_BRACE = 123;

type Json = Readonly<Record<string, unknown>>;

/** The samples of one record; none when it is not in the format. */
export function readEmf(body: string, emit: (key: string, sample: Sample) => void): void {
  const root = parseRecord(body) as Json | undefined;
  const metadata = asObject(ownValue(root, '_aws'));
  const timeMs = ownValue(metadata, 'Timestamp');
  const directives = ownValue(metadata, 'CloudWatchMetrics');
  if (root === undefined || typeof timeMs !== 'number' || !Number.isFinite(timeMs) || !Array.isArray(directives))
    return;
  const budget = { points: METRICS_FILTERS_LIMITS.emfPoints };
  for (const directive of directives.slice(0, METRICS_FILTERS_LIMITS.emfDirectives)) {
    readDirective({ root, timeMs, emit, budget }, asObject(directive));
  }
}

interface Reading {
  readonly root: Json;
  readonly timeMs: number;
  readonly emit: (key: string, sample: Sample) => void;
  readonly budget: { points: number };
}

function readDirective(reading: Reading, directive: Json | undefined): void {
  const namespace = ownValue(directive, 'Namespace');
  const metrics = ownValue(directive, 'Metrics');
  if (!isName(namespace) || !Array.isArray(metrics) || metrics.length > METRICS_FILTERS_LIMITS.emfMetrics) return;
  const sets = dimensionSets(reading.root, ownValue(directive, 'Dimensions'));
  for (const definition of metrics) {
    const metric = asObject(definition);
    const name = ownValue(metric, 'Name');
    if (!isName(name)) continue;
    const values = valuesOf(ownValue(reading.root, name));
    if (values === undefined) continue;
    const unit = unitOf(ownValue(metric, 'Unit'));
    const resolutionSeconds = ownValue(metric, 'StorageResolution') === 1 ? 1 : 60;
    for (const { key, dimensions } of sets) {
      reading.budget.points -= 1;
      if (reading.budget.points < 0) return;
      for (const value of values) {
        const sample = { namespace, name, dimensions, unit, timeMs: reading.timeMs, resolutionSeconds, value } as const;
        reading.emit(`${namespace}\n${name}\n${unit}\n${key}`, sample);
      }
    }
  }
}

interface DimensionSet {
  readonly key: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A set of which one value is missing or no text is left out; a record without sets has one without dimensions. */
function dimensionSets(root: Json, sets: unknown): readonly DimensionSet[] {
  if (sets === undefined || (Array.isArray(sets) && sets.length === 0)) return [{ key: '', dimensions: {} }];
  if (!Array.isArray(sets)) return [];
  return sets.slice(0, METRICS_FILTERS_LIMITS.emfDimensionSets).flatMap((names: unknown) => {
    if (!Array.isArray(names) || names.length > METRICS_FILTERS_LIMITS.emfDimensions) return [];
    const pairs = [...new Set<unknown>(names)].map((name) => [name, ownValue(root, name)] as const);
    const isWhole = pairs.every(([name, value]) => isName(name) && typeof value === 'string' && value.trim() !== '');
    if (!isWhole) return [];
    const cut = pairs.map(([name, value]) => [
      String(name),
      String(value).slice(0, METRICS_FILTERS_LIMITS.dimensionValueLength),
    ]);
    return [{ key: JSON.stringify(cut.sort(byName)), dimensions: Object.fromEntries(cut) as Record<string, string> }];
  });
}

const byName = ([a = '']: readonly string[], [b = '']: readonly string[]): number => (a < b ? -1 : a > b ? 1 : 0);

function valuesOf(value: unknown): readonly number[] | undefined {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0 || values.length > METRICS_FILTERS_LIMITS.emfValues) return undefined;
  const isNumber = (one: unknown): one is number =>
    typeof one === 'number' && Math.abs(one) <= METRICS_FILTERS_LIMITS.magnitude;
  return values.every(isNumber) ? values : undefined;
}

const unitOf = (unit: unknown): string => (typeof unit === 'string' && UNIT.test(unit) ? unit : 'None');
const UNIT =
  /^(?:Seconds|Microseconds|Milliseconds|Percent|(?:Kilo|Mega|Giga|Tera)?(?:[Bb]ytes|[Bb]its)(?:\/Second)?|Count(?:\/Second)?)$/;

const isName = (name: unknown): name is string =>
  typeof name === 'string' && name.trim() !== '' && name.length <= METRICS_FILTERS_LIMITS.nameLength;

const asObject = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;

const ownValue = (from: Json | undefined, name: unknown): unknown =>
  from !== undefined && typeof name === 'string' && Object.hasOwn(from, name) ? from[name] : undefined;

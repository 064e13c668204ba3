import type { JsonObject } from '../../../issues/index.ts';
import type { MetricPoint } from '../../../metrics/index.ts';
import { setAttribute } from '../../attributes.ts';
import { typedText } from '../attributes-of.ts';
import { readContainer } from '../container.ts';
import type { EnvelopeItem } from '../envelope.ts';
import { type Counted, expectStored, type Harvest, outcomeOf, type SentryCall } from '../harvest.ts';
import { SENTRY_LIMITS } from '../limits.ts';
import { numberOf, objectOf, readJsonObject, textOf } from '../read-json.ts';
import { readTimeMs } from '../read-time.ts';

/** Units of Sentry in the words of CloudWatch; what it has no word for is `None`. */
const UNITS: ReadonlyMap<string, string> = new Map([
  ['microsecond', 'Microseconds'],
  ['millisecond', 'Milliseconds'],
  ['second', 'Seconds'],
  ['bit', 'Bits'],
  ['byte', 'Bytes'],
  ['kilobyte', 'Kilobytes'],
  ['megabyte', 'Megabytes'],
  ['gigabyte', 'Gigabytes'],
  ['terabyte', 'Terabytes'],
  ['percent', 'Percent'],
]);

/**
 * What tells one process, person or request from another and not one series from another, so that it would make series
 * without end; the environment is kept under a name of its own.
 */
const NOT_DIMENSIONS = /^(?:sentry|user|browser|os|device|server|client|process|telemetry|trace|span|replay)(?:[._]|$)/;

/** The namespace of a project's metrics. */
export const metricNamespace = (slug: string): string => `Sentry/${slug}`;

/** Counters are what was added, gauges and distributions are values; each is one point. */
export function takeMetrics(
  item: EnvelopeItem,
  { call, harvest }: { readonly call: SentryCall; readonly harvest: Harvest },
): void {
  const payload = readJsonObject(item.payload, item.type);
  for (const entry of readContainer(item, payload)) {
    const counted: Counted = { category: 'trace_metric', itemType: item.type, quantity: 1 };
    const point = pointOf(entry, call);
    if (point === undefined) {
      harvest.outcomes.push(outcomeOf(call.project, counted, { outcome: 'invalid', reason: 'incomplete' }));
      continue;
    }
    harvest.points.push({ point, counted });
    expectStored(harvest, 'points', counted);
  }
}

function pointOf(entry: JsonObject, call: SentryCall): MetricPoint | undefined {
  const { cleaner, report, project, receivedMs } = call;
  const value = numberOf(entry.value);
  const name = textOf(entry.name);
  if (value === undefined || name === '') return undefined;
  const timeMs = readTimeMs(entry.timestamp);
  return {
    namespace: metricNamespace(project.slug),
    name: cleaner.word(name, report),
    dimensions: cleaner.strings(dimensionsOf(objectOf(entry.attributes)), report),
    unit: textOf(entry.type) === 'counter' ? 'Count' : (UNITS.get(textOf(entry.unit).toLowerCase()) ?? 'None'),
    timeMs: timeMs === undefined ? Math.floor(receivedMs) : timeMs + call.driftMs,
    sum: value,
    count: 1,
    min: value,
    max: value,
    resolutionSeconds: 60,
  };
}

function dimensionsOf(typed: JsonObject): Record<string, string> {
  const dimensions: Record<string, string> = {};
  const environment = typedText(typed, 'sentry.environment');
  if (environment !== '') dimensions.environment = environment.slice(0, SENTRY_LIMITS.nameLengthMax);
  const names = Object.keys(typed)
    .filter((name) => name !== '' && name.length <= SENTRY_LIMITS.nameLengthMax && !NOT_DIMENSIONS.test(name))
    .sort()
    .slice(0, SENTRY_LIMITS.dimensionsPerMetricMax);
  for (const name of names) {
    const value = typedText(typed, name);
    if (value !== '' && value.length <= SENTRY_LIMITS.nameLengthMax) setAttribute(dimensions, name, value);
  }
  return dimensions;
}

import type { Clock } from '../../base/index.ts';
import { startAttributes } from '../attributes.ts';
import { startTimeSlice } from '../time-slice.ts';
import { readAttributes } from './any-value-json.ts';
import { optionalObject } from './decode-json.ts';
import {
  doubleOf,
  enumOf,
  integerOf,
  isObject,
  type JsonObject,
  listOf,
  numberOf,
  numbersOf,
  objectOf,
  parseJson,
  textOf,
} from './json-fields.ts';
import {
  type ExponentialBuckets,
  type ExponentialPoint,
  type HistogramPoint,
  type MetricDraft,
  type MetricReceiver,
  type NumberPoint,
  type PointBase,
  type SummaryPoint,
  TEMPORALITIES,
} from './metric-draft.ts';

/** Decodes the JSON form of an ExportMetricsServiceRequest. Throws `ingest.request-malformed`. */
export async function decodeMetricsJson(bytes: Buffer, receiver: MetricReceiver, clock: Clock): Promise<void> {
  const root = objectOf(parseJson(bytes.toString('utf8')), 'the request');
  const slice = startTimeSlice(clock);
  for (const resourceItem of listOf(root, 'resourceMetrics')) {
    const resourceMetrics = objectOf(resourceItem, 'an item of resourceMetrics');
    const attributes = startAttributes();
    readAttributes(listOf(optionalObject(resourceMetrics, 'resource'), 'attributes'), {
      attributes,
      prefix: '',
      depth: 0,
    });
    receiver.beginResource(attributes);
    for (const scopeItem of listOf(resourceMetrics, 'scopeMetrics')) {
      const scopeMetrics = objectOf(scopeItem, 'an item of scopeMetrics');
      const scope = optionalObject(scopeMetrics, 'scope');
      receiver.beginScope({ name: textOf(scope, 'name'), version: textOf(scope, 'version') });
      for (const metricItem of listOf(scopeMetrics, 'metrics')) {
        const metric = readMetric(objectOf(metricItem, 'an item of metrics'));
        if (metric !== undefined) receiver.add(metric);
        if (slice.due()) await slice.rest();
      }
    }
  }
}

function readMetric(item: JsonObject): MetricDraft | undefined {
  const name = textOf(item, 'name');
  const unit = textOf(item, 'unit');
  const { gauge, sum, histogram, exponentialHistogram, summary } = item;
  if (isObject(gauge)) return { name, unit, type: 'gauge', points: pointsOf(gauge, readNumber) };
  if (isObject(sum)) {
    const monotonic = sum.isMonotonic === true;
    return { name, unit, type: 'sum', points: pointsOf(sum, readNumber), temporality: temporalityOf(sum), monotonic };
  }
  if (isObject(histogram)) {
    const temporality = temporalityOf(histogram);
    return { name, unit, type: 'histogram', points: pointsOf(histogram, readHistogram), temporality };
  }
  if (isObject(exponentialHistogram)) {
    const temporality = temporalityOf(exponentialHistogram);
    return { name, unit, type: 'exponential', points: pointsOf(exponentialHistogram, readExponential), temporality };
  }
  return isObject(summary) ? { name, unit, type: 'summary', points: pointsOf(summary, readSummary) } : undefined;
}

const temporalityOf = (data: JsonObject): number => enumOf(data, 'aggregationTemporality', TEMPORALITIES);

const pointsOf = <Point>(data: JsonObject, read: (item: JsonObject) => Point): readonly Point[] =>
  listOf(data, 'dataPoints').map((item) => read(objectOf(item, 'a data point')));

function readBase(item: JsonObject): PointBase {
  const attributes = startAttributes();
  readAttributes(listOf(item, 'attributes'), { attributes, prefix: '', depth: 0 });
  return {
    attributes,
    startNs: integerOf(item, 'startTimeUnixNano'),
    timeNs: integerOf(item, 'timeUnixNano'),
    flags: numberOf(item, 'flags'),
    exemplars: listOf(item, 'exemplars').length,
  };
}

const readNumber = (item: JsonObject): NumberPoint => ({
  ...readBase(item),
  value:
    item.asInt === undefined || item.asInt === null ? doubleOf(item, 'asDouble') : Number(integerOf(item, 'asInt')),
});

const readHistogram = (item: JsonObject): HistogramPoint => ({
  ...readBase(item),
  count: Number(integerOf(item, 'count')),
  sum: doubleOf(item, 'sum'),
  min: doubleOf(item, 'min'),
  max: doubleOf(item, 'max'),
  bucketCounts: numbersOf(item, 'bucketCounts'),
  bounds: numbersOf(item, 'explicitBounds'),
});

const readExponential = (item: JsonObject): ExponentialPoint => ({
  ...readBase(item),
  count: Number(integerOf(item, 'count')),
  sum: doubleOf(item, 'sum'),
  min: doubleOf(item, 'min'),
  max: doubleOf(item, 'max'),
  scale: numberOf(item, 'scale'),
  zeroCount: Number(integerOf(item, 'zeroCount')),
  positive: readBuckets(optionalObject(item, 'positive')),
  negative: readBuckets(optionalObject(item, 'negative')),
});

const readBuckets = (item: JsonObject): ExponentialBuckets => ({
  offset: numberOf(item, 'offset'),
  counts: numbersOf(item, 'bucketCounts'),
});

const readSummary = (item: JsonObject): SummaryPoint => ({
  ...readBase(item),
  count: Number(integerOf(item, 'count')),
  sum: doubleOf(item, 'sum') ?? 0,
  quantiles: listOf(item, 'quantileValues').map((one) => {
    const quantile = objectOf(one, 'a quantile');
    return { quantile: doubleOf(quantile, 'quantile') ?? 0, value: doubleOf(quantile, 'value') ?? 0 };
  }),
});

import { SECOND_MS } from '../../../../base/index.ts';
import type { MetricQuery, MetricSeries } from '../../../../metrics/index.ts';
import { CLOUDWATCH_LIMITS } from '../limits.ts';
import { message, metricDataQueries, nextToken, numbers, scanBy, timestamps } from '../members.ts';
import { type DataQuery, queryOf } from '../metric-query.ts';
import { choice, integer, list, required, structure, text, time, type ValueOf } from '../model/shapes.ts';
import { countCall, defineOperation, validationFailed } from '../operation.ts';
import { readToken, tokenInvalid, writeToken } from '../page-token.ts';

const input = structure({
  MetricDataQueries: required(metricDataQueries),
  StartTime: required(time()),
  EndTime: required(time()),
  NextToken: nextToken,
  ScanBy: scanBy,
  MaxDatapoints: integer({ min: 1, max: CLOUDWATCH_LIMITS.pointsPerPage }),
  LabelOptions: structure({ Timezone: text({ min: 5, max: 5, pattern: '[+-][0-9]{4}' }) }),
});

const result = structure({
  Id: text(),
  Label: text(),
  Timestamps: timestamps,
  Values: numbers,
  StatusCode: choice('Complete', 'InternalError', 'PartialData', 'Forbidden'),
  Messages: list(message),
});
const output = structure({ MetricDataResults: list(result), NextToken: text(), Messages: list(message) });
type Result = ValueOf<typeof result>;

export const getMetricData = defineOperation({
  name: 'GetMetricData',
  words: 'validation',
  input,
  output,
  run: async (parts, call, request) => {
    const { NextToken, ...asked } = request;
    const namespaces = namespacesOf(request.MetricDataQueries);
    for (const name of namespaces.length === 0 ? ['*'] : namespaces) {
      await parts.authorize(call.actor, 'metrics:Read', { type: 'metric-namespace', name });
    }
    const queries = checkQueries(request);
    const start = NextToken === undefined ? { series: 0, afterMs: undefined } : placeOf(NextToken, asked);
    const found = await parts.metrics.query({ queries, fromMs: request.StartTime, toMs: request.EndTime });
    const ordered = request.ScanBy === 'TimestampAscending' ? found : found.map(newestFirst);
    const max = request.MaxDatapoints ?? CLOUDWATCH_LIMITS.pointsPerPage;
    const page = cutPage(ordered, start, max);
    const events = page.results.reduce((sum, { Values }) => sum + (Values?.length ?? 0), 0);
    countCall(parts, call, { eventName: 'GetMetricData', readOnly: true, namespaces, events });
    return {
      MetricDataResults: page.results,
      NextToken: page.next === undefined ? undefined : writeToken(asked, page.next),
      Messages: [],
    };
  },
});

const namespacesOf = (queries: readonly DataQuery[]): readonly string[] => [
  ...new Set(queries.flatMap(({ MetricStat }) => MetricStat?.Metric.Namespace ?? [])),
];

function checkQueries(request: ValueOf<typeof input>): readonly MetricQuery[] {
  const { MetricDataQueries: queries, StartTime, EndTime } = request;
  if (queries.length === 0) throw validationFailed('The parameter MetricDataQueries must have at least one query.');
  if (queries.length > CLOUDWATCH_LIMITS.queries) {
    throw validationFailed(
      `The collection MetricDataQueries must not have a size greater than ${CLOUDWATCH_LIMITS.queries}.`,
    );
  }
  if (StartTime >= EndTime) {
    throw validationFailed('The parameter StartTime must be less than the parameter EndTime.');
  }
  const seen = new Set<string>();
  const read = queries.map((query, index) => {
    const parameter = `MetricDataQueries.member.${index + 1}`;
    if (seen.has(query.Id)) throw validationFailed(`The id ${query.Id} of ${parameter} is used twice.`);
    seen.add(query.Id);
    return queryOf(query, parameter);
  });
  if (!read.some(({ returnData }) => returnData)) {
    throw validationFailed('At least one of the MetricDataQueries must have ReturnData true.');
  }
  const points = read.reduce((sum, { periodSeconds }) => {
    return sum + Math.ceil((EndTime - StartTime) / ((periodSeconds ?? 60) * SECOND_MS));
  }, 0);
  if (points > CLOUDWATCH_LIMITS.pointsComputed) {
    throw validationFailed(
      `You have requested up to ${points} datapoints, which exceeds the limit of ${CLOUDWATCH_LIMITS.pointsComputed}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
  }
  return read;
}

const newestFirst = (series: MetricSeries): MetricSeries => ({
  ...series,
  timesMs: series.timesMs.toReversed(),
  values: series.values.toReversed(),
});

/** Where the next page begins: in which series, and after which time of it. */
interface Place {
  readonly series: number;
  readonly afterMs: number | undefined;
}

function placeOf(token: string, asked: object): Place {
  const { series, afterMs } = readToken(token, asked);
  if (typeof series !== 'number' || !Number.isSafeInteger(series) || series < 0) throw tokenInvalid();
  if (afterMs !== undefined && typeof afterMs !== 'number') throw tokenInvalid();
  return { series, afterMs };
}

/**
 * The next `max` points, series after series. The place is a time and not a count, so that points that arrive between
 * two pages neither shift nor repeat those that were already given.
 */
function cutPage(
  all: readonly MetricSeries[],
  start: Place,
  max: number,
): { readonly results: readonly Result[]; readonly next: { series: number; afterMs?: number } | undefined } {
  const results: Result[] = [];
  let left = max;
  for (const [index, series] of all.entries()) {
    if (index < start.series) continue;
    const from = index === start.series ? indexAfter(series, start.afterMs) : 0;
    const to = Math.min(series.timesMs.length, from + left);
    left -= to - from;
    const isCut = to < series.timesMs.length;
    const afterMs = series.timesMs[to - 1];
    // A page that is full exactly at the end of a series leaves the next one to the next page.
    if (to > from || !isCut) results.push(resultOf(series, from, to, isCut));
    if (isCut) return { results, next: { series: index, ...(to > from && afterMs !== undefined ? { afterMs } : {}) } };
  }
  return { results, next: undefined };
}

/** The index of the first point after a time in the order of the series, which may be either. */
function indexAfter({ timesMs }: MetricSeries, afterMs: number | undefined): number {
  if (afterMs === undefined) return 0;
  const isAscending = (timesMs[0] ?? 0) <= (timesMs.at(-1) ?? 0);
  const found = timesMs.findIndex((timeMs) => (isAscending ? timeMs > afterMs : timeMs < afterMs));
  return found < 0 ? timesMs.length : found;
}

function resultOf(series: MetricSeries, from: number, to: number, isCut: boolean): Result {
  const messages = series.messages.map(({ code, value }) => ({ Code: code, Value: value }));
  const status =
    series.status === 'failed' ? 'InternalError' : isCut || series.status === 'partial' ? 'PartialData' : 'Complete';
  return {
    Id: series.id,
    Label: series.label,
    Timestamps: series.timesMs.slice(from, to),
    Values: series.values.slice(from, to),
    StatusCode: status,
    ...(messages.length === 0 ? {} : { Messages: messages }),
  };
}

import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../../base/index.ts';
import type { MetricQuery, MetricSeries } from '../../../../metrics/index.ts';
import { CLOUDWATCH_LIMITS } from '../limits.ts';
import { dimensions, dimensionsByName, metricName, namespace, numbersByName, statistic, unit } from '../members.ts';
import { unitOf } from '../metric-query.ts';
import { double, integer, list, required, structure, text, time, type ValueOf } from '../model/shapes.ts';
import {
  type CloudWatchParts,
  countCall,
  defineOperation,
  parameterInvalid,
  parametersConflict,
} from '../operation.ts';
import { checkPeriod } from '../period.ts';

const input = structure({
  Namespace: required(namespace),
  MetricName: required(metricName),
  Dimensions: dimensions,
  StartTime: required(time()),
  EndTime: required(time()),
  Period: required(integer({ min: 1 })),
  Statistics: list(statistic, { min: 1, max: 5 }),
  ExtendedStatistics: list(text({ min: 1, max: 255 }), { min: 1, max: 10 }),
  Unit: unit,
});
type Request = ValueOf<typeof input>;

const datapoint = structure({
  Timestamp: time(),
  SampleCount: double(),
  Average: double(),
  Sum: double(),
  Minimum: double(),
  Maximum: double(),
  Unit: unit,
  ExtendedStatistics: numbersByName,
});
const output = structure({ Label: text(), Datapoints: list(datapoint) });
type Datapoint = ValueOf<typeof datapoint>;

export const getMetricStatistics = defineOperation({
  name: 'GetMetricStatistics',
  words: 'parameter',
  input,
  output,
  run: async (parts, call, request) => {
    const { Namespace: name } = request;
    await parts.authorize(call.actor, 'metrics:Read', { type: 'metric-namespace', name });
    checkRequest(request);
    const found: Datapoint[] = [];
    const units = request.Unit === undefined ? await unitsOf(parts, request) : [request.Unit];
    for (const oneUnit of units) found.push(...(await datapointsOf(parts, request, oneUnit)));
    found.sort((a, b) => (a.Timestamp ?? 0) - (b.Timestamp ?? 0));
    countCall(parts, call, {
      eventName: 'GetMetricStatistics',
      readOnly: true,
      namespaces: [name],
      events: found.length,
    });
    return { Label: request.MetricName, Datapoints: found };
  },
});

function checkRequest(request: Request): void {
  const { StartTime, EndTime, Period } = request;
  if (request.Statistics === undefined && request.ExtendedStatistics === undefined) {
    throw parametersConflict('At least one of the parameters Statistics and ExtendedStatistics must be specified.');
  }
  if (StartTime >= EndTime) throw parameterInvalid('The parameter StartTime must be less than the parameter EndTime.');
  checkPeriod(Period, 'Period', parameterInvalid);
  const points = Math.ceil((EndTime - StartTime) / (Period * SECOND_MS));
  if (points > CLOUDWATCH_LIMITS.statisticPoints) {
    const limit = CLOUDWATCH_LIMITS.statisticPoints.toLocaleString('en-US');
    throw parametersConflict(
      `You have requested up to ${points.toLocaleString('en-US')} datapoints, which exceeds the limit of ${limit}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
  }
}

/**
 * Points of different units are kept apart, and come out apart unless one unit is asked for. The points themselves say
 * which units there are: the list of metrics forgets those that were silent for two weeks.
 */
async function unitsOf(parts: CloudWatchParts, request: Request): Promise<readonly string[]> {
  const [found] = await parts.metrics.query({
    queries: [
      {
        id: 's0',
        type: 'metric',
        metric: metricOf(request),
        statistic: 'SampleCount',
        periodSeconds: request.Period,
        returnData: true,
      },
    ],
    ...wholePeriods(request, parts.clock.nowMs()),
  });
  return [...(found?.units ?? [])].sort();
}

const metricOf = (request: Request) => ({
  namespace: request.Namespace,
  name: request.MetricName,
  dimensions: dimensionsByName(request.Dimensions),
});

async function datapointsOf(parts: CloudWatchParts, request: Request, oneUnit: string): Promise<readonly Datapoint[]> {
  const statistics = [...new Set([...(request.Statistics ?? []), ...(request.ExtendedStatistics ?? [])])];
  const metric = { ...metricOf(request), unit: oneUnit };
  const queries = statistics.map(
    (name, index): MetricQuery => ({
      id: `s${index}`,
      type: 'metric',
      metric,
      statistic: name,
      periodSeconds: request.Period,
      returnData: true,
    }),
  );
  const { fromMs, toMs } = wholePeriods(request, parts.clock.nowMs());
  const series = await parts.metrics.query({ queries, fromMs, toMs });
  const isBasic = new Set<string>(request.Statistics ?? []);
  const byTime = new Map<number, Mutable>();
  for (const [index, name] of statistics.entries()) {
    const one: MetricSeries | undefined = series.find(({ id }) => id === `s${index}`);
    for (const [at, timeMs] of (one?.timesMs ?? []).entries()) {
      const point: Mutable = byTime.get(timeMs) ?? { Timestamp: timeMs, Unit: unitOf(oneUnit) };
      const value = one?.values[at] ?? 0;
      if (isBasic.has(name)) point[name as BasicName] = value;
      else point.ExtendedStatistics = { ...point.ExtendedStatistics, [name]: value };
      byTime.set(timeMs, point);
    }
  }
  return [...byTime.values()];
}

type BasicName = 'SampleCount' | 'Average' | 'Sum' | 'Minimum' | 'Maximum';
type Mutable = { -readonly [K in keyof Datapoint]: Datapoint[K] };

/**
 * The service widens the time asked for to whole periods of what it still keeps at that age: a minute up to 15 days,
 * five up to 63, an hour beyond. Periods below a minute begin at a multiple of themselves.
 */
export function wholePeriods(
  asked: { readonly StartTime: number; readonly EndTime: number; readonly Period: number },
  nowMs: number,
): { readonly fromMs: number; readonly toMs: number } {
  const ageDays = (nowMs - asked.StartTime) / (24 * HOUR_MS);
  const kept = ageDays > 63 ? HOUR_MS : ageDays > 15 ? 5 * MINUTE_MS : MINUTE_MS;
  const step = asked.Period < 60 ? asked.Period * SECOND_MS : kept;
  return { fromMs: Math.floor(asked.StartTime / step) * step, toMs: asked.EndTime };
}

import type { MetricQuery } from '../../../metrics/index.ts';
import { dimensionPairs, dimensionsByName, type metricDataQuery } from './members.ts';
import type { ValueOf } from './model/shapes.ts';
import { given, validationFailed } from './operation.ts';
import { checkPeriod } from './period.ts';
import { UNITS } from './units.ts';

export type DataQuery = ValueOf<typeof metricDataQuery>;

/** One query of GetMetricData or of an alarm. Throws `cloudwatch.validation-failed`. */
export function queryOf(query: DataQuery, parameter: string): MetricQuery {
  const { Id: id, MetricStat: stat, Expression: expression, Period } = query;
  if (!/^[a-z][a-zA-Z0-9_]*$/.test(id)) {
    throw validationFailed(
      `The value ${id} for parameter ${parameter}.Id is invalid. It must begin with a lowercase letter and hold letters, digits and underscores only.`,
    );
  }
  if ((stat === undefined) === (expression === undefined)) {
    throw validationFailed(`Exactly one of MetricStat and Expression must be specified in ${parameter}.`);
  }
  const label = given({ label: query.Label });
  const returnData = query.ReturnData ?? true;
  if (expression !== undefined) {
    if (Period !== undefined) checkPeriod(Period, `${parameter}.Period`, validationFailed);
    return { id, type: 'expression', expression, returnData, ...label, ...given({ periodSeconds: Period }) };
  }
  const { Metric: metric, Period: periodSeconds, Stat: statistic, Unit: unit } = stat as NonNullable<typeof stat>;
  if (Period !== undefined) {
    throw validationFailed(`The parameter ${parameter}.Period goes with an Expression; a MetricStat has its own.`);
  }
  if (metric.Namespace === undefined || metric.MetricName === undefined) {
    throw validationFailed(`The parameters Namespace and MetricName of ${parameter}.MetricStat.Metric are required.`);
  }
  checkPeriod(periodSeconds, `${parameter}.MetricStat.Period`, validationFailed);
  const dimensions = dimensionsByName(metric.Dimensions, `${parameter}.MetricStat.Metric.Dimensions`);
  return {
    id,
    type: 'metric',
    metric: { namespace: metric.Namespace, name: metric.MetricName, dimensions, ...given({ unit }) },
    statistic,
    periodSeconds,
    returnData,
    ...label,
  };
}

type Unit = (typeof UNITS)[number];
/** Units in the store come from ways in that check them against this list. */
export const unitOf = (unit: string | undefined): Unit | undefined => UNITS.find((known) => known === unit);

/** The other way round, for the answers about alarms. */
export function dataQueryOf(query: MetricQuery): DataQuery {
  const rest = { Label: query.label, ReturnData: query.returnData };
  if (query.type === 'expression') {
    return { Id: query.id, Expression: query.expression, Period: query.periodSeconds, ...rest };
  }
  const { metric } = query;
  return {
    Id: query.id,
    MetricStat: {
      Metric: {
        Namespace: metric.namespace,
        MetricName: metric.name,
        Dimensions: dimensionPairs(metric.dimensions),
      },
      Period: query.periodSeconds,
      Stat: query.statistic,
      Unit: unitOf(metric.unit),
    },
    ...rest,
  };
}

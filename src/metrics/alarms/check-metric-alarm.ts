import { DAY_MS, Failure, HOUR_MS } from '../../base/index.ts';
import { checkExpressions } from '../math/index.ts';
import type { MetricQuery } from '../types.ts';
import {
  acceptedActions,
  acceptedAlarmName,
  acceptedInteger,
  acceptedOneOf,
  acceptedTags,
  acceptedText,
  acceptedThreshold,
  refuse,
} from './accepted-values.ts';
import { type CheckedAlarm, type MetricDefinition, periodMsOf } from './definition.ts';
import { isExtendedStatistic, isPercentile } from './extended-statistic.ts';
import { METRICS_ALARMS_FAILURES } from './failures.ts';
import { METRICS_ALARMS_LIMITS as LIMITS } from './limits.ts';
import { BASIC_STATISTICS, COMPARISON_OPERATORS, type MetricAlarmInput, MISSING_DATA_TREATMENTS } from './service.ts';

const ANOMALY_OPERATORS = [
  'LessThanLowerOrGreaterThanUpperThreshold',
  'LessThanLowerThreshold',
  'GreaterThanUpperThreshold',
];

/** Checks every parameter of PutMetricAlarm against what CloudWatch documents, before anything is stored. */
export function checkMetricAlarm(input: MetricAlarmInput): CheckedAlarm<MetricDefinition> {
  refuseAnomalyDetection(input);
  const { datapointsToAlarm, treatMissingData, alarmDescription } = input;
  const evaluationPeriods = acceptedInteger('EvaluationPeriods', input.evaluationPeriods, { min: 1, max: 100_000 });
  const definition: MetricDefinition = {
    type: 'MetricAlarm',
    alarmName: acceptedAlarmName(input.alarmName),
    ...(alarmDescription === undefined
      ? {}
      : {
          alarmDescription: acceptedText('AlarmDescription', alarmDescription, {
            min: 0,
            max: LIMITS.descriptionLengthMax,
          }),
        }),
    okActions: acceptedActions('OKActions', input.okActions),
    alarmActions: acceptedActions('AlarmActions', input.alarmActions),
    insufficientDataActions: acceptedActions('InsufficientDataActions', input.insufficientDataActions),
    ...(input.metrics === undefined ? checkSingle(input) : checkMath(input, input.metrics)),
    evaluationPeriods,
    ...(datapointsToAlarm === undefined
      ? {}
      : {
          datapointsToAlarm: acceptedInteger('DatapointsToAlarm', datapointsToAlarm, {
            min: 1,
            max: evaluationPeriods,
          }),
        }),
    threshold: requiredThreshold(input),
    comparisonOperator: acceptedOneOf('ComparisonOperator', input.comparisonOperator, COMPARISON_OPERATORS),
    ...(treatMissingData === undefined
      ? {}
      : { treatMissingData: acceptedOneOf('TreatMissingData', treatMissingData, MISSING_DATA_TREATMENTS) }),
  };
  checkWindow(definition);
  const bytes = Buffer.byteLength(JSON.stringify(definition));
  if (bytes > LIMITS.definitionBytesMax)
    throw refuse('the alarm', `${bytes} bytes`, `at most ${LIMITS.definitionBytesMax} bytes`);
  return { definition, actionsEnabled: input.actionsEnabled ?? true, tags: acceptedTags(input.tags) };
}

function refuseAnomalyDetection(input: MetricAlarmInput): void {
  const instead = 'give the alarm a Threshold and one of the four plain comparison operators';
  if (ANOMALY_OPERATORS.includes(input.comparisonOperator)) {
    throw new Failure(METRICS_ALARMS_FAILURES.unsupported, {
      feature: `the anomaly detection operator ${input.comparisonOperator}`,
      instead,
    });
  }
  if (input.thresholdMetricId !== undefined) {
    throw new Failure(METRICS_ALARMS_FAILURES.unsupported, {
      feature: 'ThresholdMetricId (anomaly detection)',
      instead,
    });
  }
}

function requiredThreshold(input: MetricAlarmInput): number {
  if (input.threshold === undefined) {
    throw new Failure(METRICS_ALARMS_FAILURES.parameterMissing, {
      parameter: 'Threshold',
      expected: 'the number that the statistic is compared with',
    });
  }
  return acceptedThreshold('Threshold', input.threshold);
}

const combination = (reason: string): Failure => new Failure(METRICS_ALARMS_FAILURES.parameterCombination, { reason });

type Watched = Pick<
  MetricDefinition,
  | 'metricName'
  | 'namespace'
  | 'statistic'
  | 'extendedStatistic'
  | 'dimensions'
  | 'period'
  | 'unit'
  | 'metrics'
  | 'evaluateLowSampleCountPercentile'
>;

function checkSingle(input: MetricAlarmInput): Watched {
  const { statistic, extendedStatistic, evaluateLowSampleCountPercentile: lowSamples } = input;
  if (input.metricName === undefined) throw combination('either MetricName or Metrics is needed');
  if ((statistic === undefined) === (extendedStatistic === undefined)) {
    throw combination('exactly one of Statistic and ExtendedStatistic is needed with MetricName');
  }
  if (extendedStatistic !== undefined && !isExtendedStatistic(extendedStatistic)) {
    throw refuse('ExtendedStatistic', extendedStatistic, 'a form such as p99, tm90, TM(10%:90%), PR(:300) or IQR');
  }
  if (lowSamples !== undefined && (extendedStatistic === undefined || !isPercentile(extendedStatistic))) {
    throw combination('EvaluateLowSampleCountPercentile is for alarms on percentiles only');
  }
  return {
    metricName: acceptedText('MetricName', input.metricName, { min: 1, max: 255 }),
    namespace: acceptedText('Namespace', input.namespace, { min: 1, max: 255 }),
    ...(statistic === undefined ? {} : { statistic: acceptedOneOf('Statistic', statistic, BASIC_STATISTICS) }),
    ...(extendedStatistic === undefined ? {} : { extendedStatistic }),
    dimensions: checkDimensions(input.dimensions ?? {}),
    period: checkPeriod('Period', input.period),
    ...(input.unit === undefined ? {} : { unit: checkUnit(input.unit) }),
    ...(lowSamples === undefined
      ? {}
      : {
          evaluateLowSampleCountPercentile: acceptedOneOf('EvaluateLowSampleCountPercentile', lowSamples, [
            'evaluate',
            'ignore',
          ]),
        }),
  };
}

function checkDimensions(dimensions: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(dimensions);
  if (entries.length > LIMITS.dimensionsMax) {
    throw refuse('Dimensions', `${entries.length} dimensions`, `at most ${LIMITS.dimensionsMax} dimensions`);
  }
  for (const [name, value] of entries) {
    acceptedText('Dimensions.Name', name, { min: 1, max: 255 });
    acceptedText('Dimensions.Value', value, { min: 1, max: 1_024 });
  }
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const UNIT =
  /^(None|Percent|Count(\/Second)?|(Micro|Milli)?[sS]econds|(Kilo|Mega|Giga|Tera)?[bB](ytes|its)(\/Second)?)$/;

function checkUnit(unit: string): string {
  if (!UNIT.test(unit))
    throw refuse('Unit', unit, "one of CloudWatch's units, such as Seconds, Bytes, Count/Second, Percent, None");
  return unit;
}

export function checkPeriod(parameter: string, period: number | undefined): number {
  const isPeriod =
    period === 10 || period === 20 || period === 30 || (period !== undefined && period > 0 && period % 60 === 0);
  if (!isPeriod || period === undefined || !Number.isSafeInteger(period)) {
    throw refuse(parameter, period, '10, 20, 30 or a multiple of 60 (seconds)');
  }
  return period;
}

function checkMath(input: MetricAlarmInput, metrics: readonly MetricQuery[]): Watched {
  const single: readonly (keyof MetricAlarmInput)[] = [
    'metricName',
    'namespace',
    'statistic',
    'extendedStatistic',
    'period',
    'unit',
    'evaluateLowSampleCountPercentile',
  ];
  const also = single.filter((name) => input[name] !== undefined);
  if (also.length > 0 || Object.keys(input.dimensions ?? {}).length > 0) {
    throw combination(`Metrics stands alone, without ${also.join(', ') || 'dimensions'}`);
  }
  if (metrics.length < 1 || metrics.length > LIMITS.queriesPerAlarmMax) {
    throw refuse('Metrics', `${metrics.length} queries`, `1 to ${LIMITS.queriesPerAlarmMax} queries`);
  }
  const parts = metrics.filter((query) => query.type === 'metric');
  if (parts.length > LIMITS.metricsPerAlarmMax) {
    throw refuse('Metrics', `${parts.length} metrics`, `at most ${LIMITS.metricsPerAlarmMax} metrics`);
  }
  if (metrics.filter((query) => query.returnData).length !== 1) {
    throw combination('exactly one query of Metrics must have ReturnData true');
  }
  if (new Set(metrics.map((query) => query.id)).size !== metrics.length)
    throw combination('every Id of Metrics must differ');
  const periods = new Set(parts.map((part) => part.periodSeconds));
  if (periods.size > 1) throw combination('every metric of one alarm must have the same Period');
  const checked = metrics.map((query) => checkQuery(query));
  checkOneSeries(checked);
  return { metrics: checked };
}

/** What cannot be computed would only be found out at an evaluation, by nobody. Throws the failures of metric math. */
function checkOneSeries(queries: readonly MetricQuery[]): void {
  const returned = queries.find((query) => query.returnData);
  const count = checkExpressions(queries).seriesCounts.get(returned?.id ?? '') ?? 1;
  if (count === 1) return;
  throw combination(`the query ${returned?.id ?? ''} returns ${count} series, and an alarm compares one`);
}

const REFUSED_IN_ALARMS: readonly (readonly [RegExp, string, string])[] = [
  [/\bSEARCH\s*\(/i, 'SEARCH in an alarm', 'name the metrics one by one, as CloudWatch demands'],
  [/\bANOMALY_DETECTION_BAND\s*\(/i, 'ANOMALY_DETECTION_BAND', 'compare with a Threshold'],
  [/^\s*SELECT\b/i, 'Metrics Insights SQL in an alarm', 'name the metrics one by one and use metric math'],
];

function checkQuery(query: MetricQuery): MetricQuery {
  if (!/^[a-z][a-zA-Z0-9_]{0,254}$/.test(query.id)) {
    throw refuse('Metrics.Id', query.id, 'letters, digits and _ after a small letter');
  }
  if (query.type === 'expression') {
    acceptedText('Metrics.Expression', query.expression, { min: 1, max: 2_048 });
    for (const [pattern, feature, instead] of REFUSED_IN_ALARMS) {
      if (pattern.test(query.expression)) throw new Failure(METRICS_ALARMS_FAILURES.unsupported, { feature, instead });
    }
    if (query.periodSeconds !== undefined) checkPeriod('Metrics.Period', query.periodSeconds);
    return query;
  }
  const { statistic } = query;
  if (!BASIC_STATISTICS.some((basic) => basic === statistic) && !isExtendedStatistic(statistic)) {
    throw refuse('Metrics.MetricStat.Stat', statistic, 'Average, Sum, Minimum, Maximum, SampleCount, p99, tm90, …');
  }
  acceptedText('Metrics.MetricName', query.metric.name, { min: 1, max: 255 });
  acceptedText('Metrics.Namespace', query.metric.namespace, { min: 1, max: 255 });
  checkPeriod('Metrics.MetricStat.Period', query.periodSeconds);
  if (query.metric.unit !== undefined) checkUnit(query.metric.unit);
  return { ...query, metric: { ...query.metric, dimensions: checkDimensions(query.metric.dimensions) } };
}

function checkWindow(definition: MetricDefinition): void {
  const periodMs = periodMsOf(definition);
  const windowMs = periodMs * definition.evaluationPeriods;
  const max = periodMs >= HOUR_MS ? LIMITS.windowLongMs : LIMITS.windowShortMs;
  if (windowMs > max) {
    throw refuse(
      'EvaluationPeriods',
      definition.evaluationPeriods,
      `such that Period times EvaluationPeriods is at most ${max / DAY_MS} day(s) for a period of ${periodMs / 1000} s`,
    );
  }
}

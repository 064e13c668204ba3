import type { Alarm, MetricAlarm, MetricQuery } from '../api/types.ts';
import { formatPlural } from '../base/format.ts';
import { dimensionsText, idsIn } from '../metrics/lines.ts';
import { periodText } from '../metrics/periods.ts';
import { formatValue, unitOfExpression, unitOfStatistic } from '../metrics/units.ts';

export const COMPARISONS = [
  { value: 'GreaterThanThreshold', word: 'above', sign: '>' },
  { value: 'GreaterThanOrEqualToThreshold', word: 'at or above', sign: '≥' },
  { value: 'LessThanThreshold', word: 'below', sign: '<' },
  { value: 'LessThanOrEqualToThreshold', word: 'at or below', sign: '≤' },
] as const;
export type Comparison = (typeof COMPARISONS)[number]['value'];

export const comparisonOf = (operator: string) =>
  COMPARISONS.find(({ value }) => value === operator) ?? { value: operator, word: operator, sign: operator };

/** The queries behind a metric alarm; the one that returns data is what is compared. */
export function alarmQueries(alarm: MetricAlarm): readonly MetricQuery[] {
  if (alarm.metrics !== undefined) return alarm.metrics;
  const { namespace, metricName, dimensions, period, unit } = alarm;
  const statistic = alarm.statistic ?? alarm.extendedStatistic;
  if (namespace === undefined || metricName === undefined || statistic === undefined) return [];
  const metric = { namespace, name: metricName, dimensions: dimensions ?? {}, ...(unit === undefined ? {} : { unit }) };
  return [{ id: 'm1', type: 'metric', metric, statistic, periodSeconds: period ?? 60, returnData: true }];
}

export const periodOf = (queries: readonly MetricQuery[]): number =>
  queries.reduce((longest, query) => Math.max(longest, query.periodSeconds ?? 0), 0) || 60;

/** The metric whose unit is that of the figure: only where the alarm compares a metric and no math. */
export function measuredMetric(queries: readonly MetricQuery[]) {
  const returned = queries.find(({ returnData }) => returnData);
  return returned?.type === 'metric' ? returned : undefined;
}

export function unitOfQueries(queries: readonly MetricQuery[], unit: string | undefined): string {
  const measured = measuredMetric(queries);
  const expression = queries.find((query) => query.type === 'expression' && query.returnData);
  if (expression?.type === 'expression') return unitOfExpression(expression.expression);
  return measured === undefined ? 'None' : unitOfStatistic(measured.statistic, measured.metric.unit ?? unit ?? 'None');
}

/** What is measured: `p99 of Duration`, or the expression with the names of its metrics put in. */
export function measureInWords(queries: readonly MetricQuery[]): string {
  const returned = queries.find(({ returnData }) => returnData);
  if (returned === undefined) return 'nothing';
  if (returned.label !== undefined) return returned.label;
  if (returned.type === 'metric') return `${returned.statistic} of ${returned.metric.name}`;
  const names = [...idsIn(returned.expression)].flatMap((id) => {
    const query = queries.find((one) => one.id === id);
    return query?.type === 'metric' ? [`${id}: ${query.statistic} of ${query.metric.name}`] : [];
  });
  return names.length === 0 ? returned.expression : `${returned.expression} (${names.join(', ')})`;
}

export function dimensionsInWords(queries: readonly MetricQuery[]): string {
  const texts = queries.flatMap((query) => (query.type === 'metric' ? [dimensionsText(query.metric.dimensions)] : []));
  return [...new Set(texts)].filter(Boolean).join(' · ');
}

export interface RuleParts {
  readonly comparisonOperator: string;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm?: number | undefined;
}

/** `above 800 ms in 3 of 5 periods of 1 min`. */
export function thresholdInWords(rule: RuleParts, periodSeconds: number, unit: string): string {
  const { evaluationPeriods: n, datapointsToAlarm: m = n } = rule;
  const when =
    n === 1
      ? `for ${periodText(periodSeconds)}`
      : m === n
        ? `for ${n} periods of ${periodText(periodSeconds)} on end`
        : `in ${m} of ${n} periods of ${periodText(periodSeconds)}`;
  return `${comparisonOf(rule.comparisonOperator).word} ${formatValue(rule.threshold, unit)} ${when}`;
}

export function ruleInWords(alarm: Alarm, unit: string | undefined): string {
  if (alarm.type === 'CompositeAlarm') return alarm.alarmRule;
  const queries = alarmQueries(alarm);
  return `${measureInWords(queries)} is ${thresholdInWords(alarm, periodOf(queries), unitOfQueries(queries, unit))}`;
}

export const MISSING_WORDS: Readonly<Record<string, string>> = {
  missing: 'is not known: without any, there is not enough data',
  ignore: 'leaves the alarm in its state',
  breaching: 'counts as breaching',
  notBreaching: 'counts as within the threshold',
};

/** For a choice; the long words stand where there is room. */
export const MISSING_CHOICES: Readonly<Record<string, string>> = {
  missing: 'is not known (missing)',
  ignore: 'keeps the state (ignore)',
  breaching: 'counts as breaching',
  notBreaching: 'counts as not breaching',
};

/** Names instead of the ARNs that programs need. */
export const withoutArns = (reason: string): string => reason.replace(/arn:aws:cloudwatch:[^:\s]*:[^:\s]*:alarm:/g, '');

interface ReasonData {
  readonly threshold?: number;
  readonly evaluatedDatapoints?: readonly { readonly timestamp: string; readonly value?: number }[];
}

function readReasonData(text: string | undefined): ReasonData | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as ReasonData;
  } catch {
    return undefined;
  }
}

const VALUES_MAX = 5;

/** Why a metric alarm is in its state, for somebody who has just been woken; undefined when only its reason tells. */
export function whyInWords(alarm: MetricAlarm, unit: string): string | undefined {
  const data = readReasonData(alarm.stateReasonData);
  const period = periodText(periodOf(alarmQueries(alarm)));
  const { evaluationPeriods: n, datapointsToAlarm: m = n } = alarm;
  if (alarm.stateValue === 'INSUFFICIENT_DATA' && /^(Insufficient Data|Unchecked)/i.test(alarm.stateReason)) {
    return /^Unchecked/i.test(alarm.stateReason)
      ? 'The alarm is new and has not been evaluated yet.'
      : `Too few data points arrived in the last ${formatPlural(n, 'period')} of ${period}, so nothing is known.`;
  }
  const points = (data?.evaluatedDatapoints ?? []).filter(({ value }) => value !== undefined);
  if (!alarm.stateReason.startsWith('Threshold Crossed')) return undefined;
  if (points.length === 0) {
    return `No data arrived for ${formatPlural(n, 'period')} of ${period}, and missing data ${MISSING_WORDS[alarm.treatMissingData ?? 'missing']}.`;
  }
  const breaching = points.filter(({ value }) => isBreaching(value ?? 0, alarm));
  if (alarm.stateValue === 'ALARM' && breaching.length === 0) return undefined;
  const shown = (alarm.stateValue === 'ALARM' ? breaching : points)
    .slice(0, VALUES_MAX)
    .map(({ value }) => formatValue(value ?? 0, unit));
  const asked = m === 1 ? 'one is enough to alarm' : `${m} of ${n} are needed to alarm`;
  const count = formatPlural(points.length, 'period');
  const { word } = comparisonOf(alarm.comparisonOperator);
  return `${breaching.length} of the last ${count} of ${period} ${breaching.length === 1 ? 'was' : 'were'} ${word} ${formatValue(alarm.threshold, unit)}; ${asked}. Newest first: ${shown.join(', ')}${points.length > VALUES_MAX ? ' …' : ''}.`;
}

function isBreaching(value: number, { comparisonOperator, threshold }: RuleParts): boolean {
  if (comparisonOperator.includes('OrEqual') && value === threshold) return true;
  return comparisonOperator.startsWith('Greater') ? value > threshold : value < threshold;
}

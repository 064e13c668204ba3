import { clip } from '../../base/index.ts';
import type { AlarmStateValue } from '../types.ts';
import type { Decision } from './decide-metric.ts';
import { datapointsToAlarmOf, type MetricDefinition, periodMsOf, singleMetric } from './definition.ts';
import { METRICS_ALARMS_LIMITS as LIMITS } from './limits.ts';
import type { ComparisonOperator } from './service.ts';
import type { PeriodPoint } from './slot-window.ts';

/** A number as CloudWatch prints it, which is how Java does: `10.0`, `15.398`, `1.0E7`. */
export function javaNumber(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
    return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** `2022-01-17T14:48:42.271+0000`, the form of times in reason data. */
export const reasonTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '+0000');

/** `17/01/22 14:42:00`, the form of times in reasons. */
const shortTime = (ms: number): string => {
  const text = new Date(ms).toISOString();
  return `${text.slice(8, 10)}/${text.slice(5, 7)}/${text.slice(2, 4)} ${text.slice(11, 19)}`;
};

const WORDS: Readonly<Record<ComparisonOperator, string>> = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
};

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;
const was = (count: number): string => (count === 1 ? 'was' : 'were');

const evaluatedPoints = (decision: Decision): readonly PeriodPoint[] =>
  decision.evaluated.flatMap((index) => decision.points[index] ?? []);

/** The StateReason of a decided state, in CloudWatch's words. */
export function stateReason(definition: MetricDefinition, decision: Decision, state: AlarmStateValue): string {
  if (state === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${plural(decision.filledCount, 'datapoint')} ${was(decision.filledCount)} unknown.`;
  }
  const filled = filledWords(decision);
  const points = evaluatedPoints(decision);
  if (points.length === 0) {
    const periods = plural(definition.evaluationPeriods, 'period');
    return `Threshold Crossed: no datapoints were received for ${periods} and ${filled}.`;
  }
  const text = `Threshold Crossed: ${crossedWords(definition, points, state)}${filled === '' ? '' : ` and ${filled}`}`;
  const reason = `${text}${minimumWords(definition, state)}.`;
  return clip(reason, LIMITS.stateReasonLengthMax);
}

function crossedWords(definition: MetricDefinition, points: readonly PeriodPoint[], state: AlarmStateValue): string {
  const { comparisonOperator, threshold, evaluationPeriods, datapointsToAlarm } = definition;
  const isOf = (point: PeriodPoint): boolean => passes(definition, point) === (state === 'ALARM');
  const telling = points.filter(isOf);
  const shown = telling.length === 0 ? points : telling;
  const list = [...shown].reverse().map((point) => `${javaNumber(point.value)} (${shortTime(point.startMs)})`);
  const not = state === 'ALARM' ? '' : 'not ';
  const compared = `${was(shown.length)} ${not}${WORDS[comparisonOperator]} the threshold (${javaNumber(threshold)})`;
  const counted =
    datapointsToAlarm === undefined
      ? plural(shown.length, 'datapoint')
      : `${shown.length} out of the last ${plural(evaluationPeriods, 'datapoint')}`;
  return `${counted} [${list.join(', ')}] ${compared}`;
}

function passes(definition: MetricDefinition, point: PeriodPoint): boolean {
  const { comparisonOperator, threshold } = definition;
  if (comparisonOperator.endsWith('OrEqualToThreshold') && point.value === threshold) return true;
  return comparisonOperator.startsWith('Greater') ? point.value > threshold : point.value < threshold;
}

function filledWords(decision: Decision): string {
  const { filledCount, treatment } = decision;
  if (filledCount === 0 || treatment === 'missing' || treatment === 'ignore') return '';
  const taken = treatment === 'breaching' ? 'Breaching' : 'NonBreaching';
  return `${plural(filledCount, 'missing datapoint')} ${was(filledCount)} treated as [${taken}]`;
}

function minimumWords(definition: MetricDefinition, state: AlarmStateValue): string {
  if (definition.datapointsToAlarm === undefined) return '';
  const needed = datapointsToAlarmOf(definition);
  const minimum = state === 'ALARM' ? needed : definition.evaluationPeriods - needed + 1;
  const change = state === 'ALARM' ? 'OK -> ALARM' : 'ALARM -> OK';
  return ` (minimum ${plural(minimum, 'datapoint')} for ${change} transition)`;
}

/** The StateReasonData of a decision: JSON text with CloudWatch's fields. */
export function stateReasonData(definition: MetricDefinition, decision: Decision, nowMs: number): string {
  const points = evaluatedPoints(decision);
  const first = points[0];
  const metric = singleMetric(definition);
  const write = (shown: readonly PeriodPoint[]): string =>
    JSON.stringify({
      version: '1.0',
      queryDate: reasonTime(nowMs),
      ...(first === undefined ? {} : { startDate: reasonTime(first.startMs) }),
      ...(metric?.metric.unit === undefined ? {} : { unit: metric.metric.unit }),
      ...(metric === undefined ? {} : { statistic: metric.statistic }),
      period: periodMsOf(definition) / 1000,
      recentDatapoints: shown.map((point) => point.value),
      threshold: definition.threshold,
      evaluatedDatapoints: [...shown].reverse().map((point) => ({
        timestamp: reasonTime(point.startMs),
        sampleCount: point.sampleCount,
        value: point.value,
      })),
    });
  // Long windows would exceed what CloudWatch allows for reason data; the newest points are what people look for.
  let shown = points;
  while (shown.length > 1 && write(shown).length > LIMITS.stateReasonDataLengthMax) {
    shown = shown.slice(Math.ceil(shown.length / 2));
  }
  return write(shown);
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `Friday 04 August, 2023 12:54:46 UTC`, the form of times in reasons of composite alarms. */
export function longTime(ms: number): string {
  const date = new Date(ms);
  const day = String(date.getUTCDate()).padStart(2, '0');
  const clock = date.toISOString().slice(11, 19);
  return `${DAYS[date.getUTCDay()]} ${day} ${MONTHS[date.getUTCMonth()]}, ${date.getUTCFullYear()} ${clock} UTC`;
}

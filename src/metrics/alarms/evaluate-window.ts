import type { AlarmStateValue } from '../types.ts';
import type { ComparisonOperator, TreatMissingData } from './service.ts';

export interface WindowRule {
  /** N: how many data points are evaluated. */
  readonly evaluationPeriods: number;
  /** M: how many of them must breach. */
  readonly datapointsToAlarm: number;
  readonly treatMissingData: TreatMissingData;
}

/** A data point of the evaluation range: breaching, within the threshold, or missing. */
export type PointVerdict = 'breaching' | 'ok' | 'missing';

/** What an evaluation found. `retain` leaves the alarm in its state. */
export interface WindowOutcome {
  readonly state: AlarmStateValue | 'retain';
  /** Indexes into the range of the real points that were evaluated, oldest first; at most N. */
  readonly evaluated: readonly number[];
  readonly breachingCount: number;
  /** Missing points that were needed to make N, whatever they were taken for. */
  readonly filledCount: number;
}

/**
 * Decides a state from an evaluation range, oldest point first, as CloudWatch documents it ("Configuring how alarms
 * treat missing data"): with N real points or more, the newest N of them decide and the treatment is not asked; with
 * fewer, missing points fill up to N as the treatment says, as few as possible.
 *
 * For `missing` and `ignore`, M or more real breaching points alarm and a real point within the threshold makes OK.
 * When all real points breach but are fewer than M, the rule against premature alarms decides: the oldest of them must
 * lie at least M points back, because a younger one may yet be followed by points that do not breach.
 */
export function evaluateWindow(range: readonly PointVerdict[], rule: WindowRule): WindowOutcome {
  const { evaluationPeriods, datapointsToAlarm } = rule;
  const real: number[] = [];
  for (let index = range.length - 1; index >= 0 && real.length < evaluationPeriods; index -= 1) {
    if (range[index] !== 'missing') real.unshift(index);
  }
  const breachingCount = real.filter((index) => range[index] === 'breaching').length;
  const filledCount = evaluationPeriods - real.length;
  const outcome = (state: AlarmStateValue | 'retain'): WindowOutcome => ({
    state,
    evaluated: real,
    breachingCount,
    filledCount,
  });
  if (breachingCount >= datapointsToAlarm) return outcome('ALARM');
  if (filledCount === 0) return outcome('OK');
  switch (rule.treatMissingData) {
    case 'breaching':
      return outcome(breachingCount + filledCount >= datapointsToAlarm ? 'ALARM' : 'OK');
    case 'notBreaching':
      return outcome('OK');
    case 'missing':
    case 'ignore':
      return outcome(withoutFilling({ range, real, breachingCount, rule }));
  }
}

function withoutFilling(found: {
  readonly range: readonly PointVerdict[];
  readonly real: readonly number[];
  readonly breachingCount: number;
  readonly rule: WindowRule;
}): AlarmStateValue | 'retain' {
  const { range, real, breachingCount, rule } = found;
  if (breachingCount < real.length) return 'OK';
  if (rule.treatMissingData === 'ignore') return 'retain';
  const oldest = real[0];
  const isOldEnough = oldest !== undefined && range.length - oldest >= rule.datapointsToAlarm;
  return isOldEnough ? 'ALARM' : 'INSUFFICIENT_DATA';
}

/** True when the statistic, as the left side, breaches the threshold. */
export function breaches(value: number, operator: ComparisonOperator, threshold: number): boolean {
  switch (operator) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
  }
}

import { breaches, evaluateWindow, type PointVerdict } from '../../../src/metrics/alarms/evaluate-window.ts';
import type { AlarmStateValue, MetricAlarm, MetricAlarmInput, MetricQuery } from '../api/types.ts';
import type { StateSpan } from '../metrics/graph.tsx';
import type { Grid } from '../metrics/grid.ts';
import { type Line, linesBehind, queriesOf } from '../metrics/lines.ts';
import { alarmQueries, type Comparison, periodOf } from './alarm-words.ts';

export type Missing = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

/** An alarm as it is being written; numbers are text until they are one. */
export interface AlarmDraft {
  readonly isNew: boolean;
  readonly name: string;
  readonly description: string;
  readonly queries: readonly MetricQuery[];
  readonly periodSeconds: number;
  readonly comparison: Comparison;
  /** Empty until somebody chose it: the dialog proposes one from what it sees. */
  readonly threshold: string;
  readonly needed: string;
  readonly periods: string;
  readonly missing: Missing;
  readonly severity: string;
  /** What an edit does not touch, and must send again. */
  readonly kept: Partial<MetricAlarmInput>;
}

const BASIC = new Set(['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum']);
const ALARM_PERIODS = [10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 21_600, 86_400] as const;

export const alarmPeriods = (present: number): readonly number[] =>
  (ALARM_PERIODS as readonly number[]).includes(present)
    ? ALARM_PERIODS
    : [...ALARM_PERIODS, present].sort((a, b) => a - b);

const nameOf = (line: Line): string => {
  if (line.type === 'expression') return '';
  const values = Object.values(line.dimensions).slice(0, 2);
  return [...values, line.name, line.statistic]
    .join('-')
    .replace(/[^\w./-]+/g, '-')
    .slice(0, 120);
};

/** An alarm over a line of the explorer, with what the line is computed from. */
export function draftOfLine(line: Line, lines: readonly Line[], periodSeconds: number): AlarmDraft {
  const period = ALARM_PERIODS.find((one) => one >= periodSeconds) ?? 60;
  const queries = queriesOf(linesBehind(line, lines), period).map((query) => ({
    ...query,
    returnData: query.id === line.id,
  }));
  return {
    ...{ isNew: true, name: nameOf(line), description: '', queries, periodSeconds: period },
    ...{ comparison: 'GreaterThanThreshold', threshold: '', needed: '3', periods: '5' },
    ...{ missing: 'missing', severity: 'high', kept: {} },
  };
}

export function draftOfAlarm(alarm: MetricAlarm): AlarmDraft {
  const queries = alarmQueries(alarm);
  const { actionsEnabled, okActions, alarmActions, insufficientDataActions } = alarm;
  const { evaluateLowSampleCountPercentile, unit } = alarm;
  return {
    ...{ isNew: false, name: alarm.alarmName, description: alarm.alarmDescription ?? '', queries },
    periodSeconds: periodOf(queries),
    comparison: alarm.comparisonOperator as Comparison,
    threshold: String(alarm.threshold),
    needed: String(alarm.datapointsToAlarm ?? alarm.evaluationPeriods),
    periods: String(alarm.evaluationPeriods),
    missing: (alarm.treatMissingData ?? 'missing') as Missing,
    severity: '',
    kept: {
      ...{ actionsEnabled, okActions, alarmActions, insufficientDataActions },
      ...(evaluateLowSampleCountPercentile === undefined ? {} : { evaluateLowSampleCountPercentile }),
      ...(unit === undefined ? {} : { unit }),
    },
  };
}

export const withPeriod = (draft: AlarmDraft, periodSeconds: number): AlarmDraft => ({
  ...draft,
  periodSeconds,
  queries: draft.queries.map((query) =>
    query.type === 'metric' || query.periodSeconds !== undefined ? { ...query, periodSeconds } : query,
  ),
});

export interface DraftRule {
  readonly threshold: number;
  readonly needed: number;
  readonly periods: number;
}

const wholeNumber = (text: string): number | undefined =>
  /^[1-9]\d{0,4}$/.test(text.trim()) ? Number(text) : undefined;

/** What the draft says in numbers, or the first thing that is wrong with it. */
export function readDraft(
  draft: AlarmDraft,
): DraftRule | { readonly field: keyof AlarmDraft; readonly problem: string } {
  const threshold = draft.threshold.trim() === '' ? Number.NaN : Number(draft.threshold);
  const needed = wholeNumber(draft.needed);
  const periods = wholeNumber(draft.periods);
  if (draft.name.trim() === '') return { field: 'name', problem: 'The alarm needs a name.' };
  if (!Number.isFinite(threshold)) return { field: 'threshold', problem: 'Write a number, such as 0.8 or 500.' };
  if (periods === undefined) return { field: 'periods', problem: 'Write a whole number from 1 on.' };
  if (needed === undefined || needed > periods) {
    return { field: 'needed', problem: `Write a whole number from 1 to ${periods}.` };
  }
  return { threshold, needed, periods };
}

/** The whole definition as it is sent. */
export function inputOf(draft: AlarmDraft, rule: DraftRule): MetricAlarmInput {
  const [query] = draft.queries;
  const single = draft.queries.length === 1 && query?.type === 'metric' ? query : undefined;
  const measured =
    single === undefined
      ? { metrics: [...draft.queries] }
      : {
          ...{ namespace: single.metric.namespace, metricName: single.metric.name },
          ...{ dimensions: single.metric.dimensions, period: draft.periodSeconds },
          ...(BASIC.has(single.statistic) ? { statistic: single.statistic } : { extendedStatistic: single.statistic }),
        };
  const description = draft.description.trim();
  return {
    ...draft.kept,
    ...measured,
    alarmName: draft.name.trim(),
    ...(description === '' ? {} : { alarmDescription: description }),
    ...{ comparisonOperator: draft.comparison, threshold: rule.threshold, treatMissingData: draft.missing },
    ...{ evaluationPeriods: rule.periods, datapointsToAlarm: rule.needed },
    ...(draft.isNew && draft.severity !== '' ? { tags: { severity: draft.severity } } : {}),
  };
}

export interface Replay {
  readonly states: readonly StateSpan[];
  /** How often it would have gone to alarm. */
  readonly fired: number;
  readonly alarmMs: number;
}

/** Periods that are looked at beyond N, as the evaluation itself does. */
const EXTRA_PERIODS = 2;

/** What the alarm would have done over these points: the decision of every period is the one of the evaluation itself. */
export function replay(grid: Grid, draft: AlarmDraft, rule: DraftRule): Replay {
  const periodMs = draft.periodSeconds * 1000;
  const values = grid.rows[0] ?? [];
  const verdicts = values.map((value): PointVerdict => {
    if (value === null) return 'missing';
    return breaches(value, draft.comparison, rule.threshold) ? 'breaching' : 'ok';
  });
  const windowRule = {
    ...{ evaluationPeriods: rule.periods, datapointsToAlarm: rule.needed },
    treatMissingData: draft.missing,
  };
  const states: StateSpan[] = [];
  let state: AlarmStateValue | undefined;
  let fired = 0;
  let alarmMs = 0;
  for (const [index, timeMs] of grid.timesMs.entries()) {
    // Before the range reaches back N periods nothing can be said.
    if (index + 1 < rule.periods) continue;
    const from = Math.max(0, index + 1 - rule.periods - EXTRA_PERIODS);
    const outcome = evaluateWindow(verdicts.slice(from, index + 1), windowRule).state;
    const next: AlarmStateValue = outcome === 'retain' ? (state ?? 'INSUFFICIENT_DATA') : outcome;
    if (next !== state) {
      states.push({ fromMs: timeMs + periodMs, stateValue: next });
      if (next === 'ALARM') fired += 1;
    }
    if (next === 'ALARM') alarmMs += periodMs;
    state = next;
  }
  return { states, fired, alarmMs };
}

/** A threshold a little beyond what was seen, in round numbers: something to begin with. */
export function proposedThreshold(values: readonly number[], comparison: Comparison): string {
  if (values.length === 0) return '';
  const isAbove = comparison.startsWith('Greater');
  const edge = values.reduce((a, b) => (isAbove ? Math.max(a, b) : Math.min(a, b)));
  return String(Number((edge + Math.abs(edge) * (isAbove ? 0.2 : -0.2)).toPrecision(2)));
}

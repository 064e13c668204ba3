import { createHash } from 'node:crypto';
import { clip } from '../../base/index.ts';
import type { AlertInput, AlertSeverity } from '../../notify/index.ts';
import type { AlarmStateValue } from '../types.ts';
import { type AlarmRecord, isMetricRecord } from './alarm-record.ts';
import { type MetricDefinition, periodMsOf, queriesOf, singleMetric } from './definition.ts';
import { javaNumber } from './state-reason.ts';

const KEY_LENGTH_MAX = 256;
const LABEL_LENGTH_MAX = 256;
const SEVERITIES: readonly AlertSeverity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** The key under which notify knows the alert of an alarm. */
export function alertKeyOf(alarmName: string): string {
  const key = `alarm:${alarmName}`;
  if (key.length <= KEY_LENGTH_MAX) return key;
  return `${key.slice(0, 190)}~${createHash('sha256').update(alarmName).digest('hex')}`;
}

/** The actions that the definition names for a state. */
export function actionsFor(record: AlarmRecord, state: AlarmStateValue): readonly string[] {
  const { okActions, alarmActions, insufficientDataActions } = record.definition;
  return { OK: okActions, ALARM: alarmActions, INSUFFICIENT_DATA: insufficientDataActions }[state];
}

export interface PlannedAlert {
  readonly alert: AlertInput;
  readonly actions: readonly string[];
  readonly isAlertOpen: boolean;
}

/**
 * What notify is told when an alarm has come into its state, or undefined for nothing.
 *
 * Two departures from CloudWatch, both so that somebody is told and nothing repeats for ever: an alarm without any
 * action still raises, unless a composite alarm watches it or its tag `holdfast:raise` is `off`; and an alert that
 * fires ends with OK even without OKActions. Lack of data neither raises nor ends an alert unless
 * InsufficientDataActions say so.
 */
export function planAlert(
  record: AlarmRecord,
  context: { readonly isWatched: boolean; readonly atMs: number; readonly note?: string | undefined },
): PlannedAlert | undefined {
  const actions = record.actionsEnabled ? actionsFor(record, record.stateValue) : [];
  const plan = (state: 'firing' | 'resolved', severity: AlertSeverity): PlannedAlert => ({
    alert: alertOf(record, { state, severity, actions, ...context }),
    actions,
    isAlertOpen: state === 'firing',
  });
  switch (record.stateValue) {
    case 'ALARM':
      return actions.length > 0 || raisesByItself(record, context.isWatched)
        ? plan('firing', severityOf(record))
        : undefined;
    case 'OK':
      return actions.length > 0 || record.isAlertOpen ? plan('resolved', severityOf(record)) : undefined;
    case 'INSUFFICIENT_DATA':
      return actions.length > 0 ? plan('firing', 'low') : undefined;
  }
}

/** The alert ends because its alarm is gone. */
export const planRemoval = (record: AlarmRecord, atMs: number): PlannedAlert => ({
  alert: {
    ...alertOf(record, { state: 'resolved', severity: severityOf(record), actions: [], atMs }),
    title: clip(`${record.name} was deleted while it was in ${record.stateValue}`, LABEL_LENGTH_MAX),
  },
  actions: [],
  isAlertOpen: false,
});

function raisesByItself(record: AlarmRecord, isWatched: boolean): boolean {
  const { okActions, alarmActions, insufficientDataActions } = record.definition;
  const hasActions = okActions.length + alarmActions.length + insufficientDataActions.length > 0;
  return record.actionsEnabled && !hasActions && !isWatched && record.tags['holdfast:raise'] !== 'off';
}

const severityOf = (record: AlarmRecord): AlertSeverity =>
  SEVERITIES.find((severity) => severity === record.tags['severity']) ?? 'high';

function alertOf(
  record: AlarmRecord,
  about: {
    readonly state: 'firing' | 'resolved';
    readonly severity: AlertSeverity;
    readonly actions: readonly string[];
    readonly atMs: number;
    readonly note?: string | undefined;
  },
): AlertInput {
  return {
    key: alertKeyOf(record.name),
    state: about.state,
    severity: about.severity,
    source: 'alarm',
    title: clip(titleOf(record), LABEL_LENGTH_MAX),
    body: bodyOf(record, about.atMs, about.note),
    labels: labelsOf(record, about.actions),
    path: `/alarms/${encodeURIComponent(record.name)}`,
    atMs: about.atMs,
  };
}

const SIGNS = {
  GreaterThanOrEqualToThreshold: '>=',
  GreaterThanThreshold: '>',
  LessThanThreshold: '<',
  LessThanOrEqualToThreshold: '<=',
} as const;

const WORDS: Readonly<Record<AlarmStateValue, string>> = {
  ALARM: 'ALARM',
  OK: 'OK again',
  INSUFFICIENT_DATA: 'no data',
};

const titleOf = (record: AlarmRecord): string =>
  isMetricRecord(record)
    ? `${WORDS[record.stateValue]}: ${record.name} (${watchedWords(record.definition)})`
    : `${WORDS[record.stateValue]}: ${record.name}`;

/** `Average CPUUtilization > 90.0, 3 of 5 x 60 s`. */
function watchedWords(definition: MetricDefinition): string {
  const metric = singleMetric(definition);
  const returned = queriesOf(definition).find((query) => query.returnData);
  const what =
    metric === undefined
      ? (returned?.label ?? (returned?.type === 'expression' ? returned.expression : 'metric math'))
      : `${metric.statistic} ${metric.metric.name}`;
  const { evaluationPeriods, datapointsToAlarm = evaluationPeriods, comparisonOperator, threshold } = definition;
  const times = `${datapointsToAlarm} of ${evaluationPeriods} x ${periodMsOf(definition) / 1000} s`;
  return `${what} ${SIGNS[comparisonOperator]} ${javaNumber(threshold)}, ${times}`;
}

function bodyOf(record: AlarmRecord, atMs: number, note: string | undefined): string {
  const metric = isMetricRecord(record) ? singleMetric(record.definition) : undefined;
  const dimensions = Object.entries(metric?.metric.dimensions ?? {}).map(([name, value]) => `${name}=${value}`);
  const lines = [
    record.definition.alarmDescription,
    record.stateReason,
    isMetricRecord(record) ? `Watches: ${watchedWords(record.definition)}` : undefined,
    metric === undefined
      ? undefined
      : `Metric: ${metric.metric.namespace} ${metric.metric.name} ${dimensions.join(' ')}`.trim(),
    record.definition.type === 'CompositeAlarm' ? `Rule: ${clip(record.definition.alarmRule, 1_000)}` : undefined,
    `State: ${record.stateValue} since ${new Date(record.stateTransitionedMs).toISOString()}, decided at ${new Date(atMs).toISOString()}`,
    note,
  ];
  return lines.filter((line) => line !== undefined && line !== '').join('\n');
}

/** The last part of an SNS topic or of another resource, which is what people route by. */
const resourceOf = (arn: string): string => arn.split(/[:/]/).at(-1) ?? arn;

function labelsOf(record: AlarmRecord, actions: readonly string[]): Readonly<Record<string, string>> {
  const labels: Record<string, string> = { alarm: record.name, state: record.stateValue };
  const metric = isMetricRecord(record) ? singleMetric(record.definition) : undefined;
  if (metric !== undefined) {
    labels['namespace'] = metric.metric.namespace;
    labels['metric'] = metric.metric.name;
    for (const [name, value] of Object.entries(metric.metric.dimensions)) labels[`dimension.${name}`] = value;
  }
  for (const [key, value] of Object.entries(record.tags)) labels[`tag.${key}`] = value;
  const topics = actions.filter((action) => action.startsWith('arn:')).map(resourceOf);
  for (const topic of topics) labels[`topic.${topic}`] = 'yes';
  if (topics.length === 1) labels['topic'] = topics[0] ?? '';
  for (const action of actions) {
    const own = /^holdfast:notify:([^=]+)=(.*)$/s.exec(action);
    if (own !== null) labels[own[1] ?? ''] = own[2] ?? '';
  }
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, clip(value, LABEL_LENGTH_MAX)]));
}

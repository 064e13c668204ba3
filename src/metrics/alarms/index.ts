/**
 * alarms: thresholds over metrics, with CloudWatch's semantics.
 *
 * Purpose: keep definitions of metric and composite alarms, evaluate them when points arrive and by the clock, keep
 * their state and history, and hand what their actions say to notify.
 *
 * Invariants: a state, its history and what notify is to be told are written in one transaction, so a process that is
 * killed loses no alarm; each telling has an id, so notify tells nobody twice. Actions run on changes of state only. A
 * decision never undoes a decision about later time. A failed evaluation is no lack of data: the alarm keeps its state,
 * says so, and all such alarms together are one alert. Time in which Holdfast was down is evaluated afterwards from the
 * points that are there, and marked; points that are missing from that time change nothing.
 *
 * Limits: see limits.ts. Windows of the five basic statistics are kept in memory; percentiles, metric math and very
 * long windows ask the store when a period ends.
 *
 * It has no anomaly bands, no Metrics Insights or PromQL alarms, no mute rules, no wall-clock windows, and sends nothing
 * itself.
 */
export type { AlarmEngineDeps } from './context.ts';
export { type AlarmEngine, type AlarmEngineStatus, createAlarmEngine } from './create-alarm-engine.ts';
export { METRICS_ALARMS_FAILURES } from './failures.ts';
export { METRICS_ALARMS_LIMITS } from './limits.ts';
export { ALARMS_MIGRATIONS, type AlarmsTables } from './migrations.ts';
export type {
  ActionsSuppressedBy,
  AlarmHistoryItem,
  AlarmService,
  AlarmSummary,
  AlarmTags,
  AlarmType,
  AlarmView,
  BasicStatistic,
  ComparisonOperator,
  CompositeAlarm,
  CompositeAlarmInput,
  DescribeAlarmHistoryInput,
  DescribeAlarmsForMetricInput,
  DescribeAlarmsInput,
  DescribeAlarmsOutput,
  EvaluationState,
  HistoryItemType,
  MetricAlarm,
  MetricAlarmInput,
  SetAlarmStateInput,
  TreatMissingData,
} from './service.ts';

import type { Actor } from '../../access/index.ts';
import type { AlarmStateValue, MetricQuery, MetricSeries } from '../types.ts';

/**
 * The verbs of alarms, in CloudWatch's words with the first letter small; times are milliseconds since 1970. Each verb
 * authorizes (`alarms:Read` or `alarms:Manage` on the alarm), does its work and audits changes. Failures are those of
 * alarms/failures.ts and, for expressions, of math; every refused parameter is `alarms.parameter-invalid` (CloudWatch's
 * InvalidParameterValue) or `alarms.parameter-combination` (InvalidParameterCombination).
 */
export interface AlarmService {
  /**
   * Creates an alarm (in INSUFFICIENT_DATA) or replaces the whole configuration of the one of that name, keeping its
   * state. Tags are taken at creation only. Throws `alarms.too-many`.
   */
  readonly putMetricAlarm: (actor: Actor, input: MetricAlarmInput) => Promise<void>;
  /** As putMetricAlarm. Throws `alarms.rule-invalid` with the column, `alarms.child-missing`. */
  readonly putCompositeAlarm: (actor: Actor, input: CompositeAlarmInput) => Promise<void>;
  readonly describeAlarms: (actor: Actor, filter: DescribeAlarmsInput) => Promise<DescribeAlarmsOutput>;
  readonly describeAlarmsForMetric: (
    actor: Actor,
    filter: DescribeAlarmsForMetricInput,
  ) => Promise<readonly MetricAlarm[]>;
  readonly describeAlarmHistory: (
    actor: Actor,
    filter: DescribeAlarmHistoryInput,
  ) => Promise<{ readonly alarmHistoryItems: readonly AlarmHistoryItem[]; readonly nextToken?: string }>;
  /**
   * All or none, at most 100 with at most one composite alarm. Throws `alarms.not-found` when one does not exist,
   * `alarms.in-use` when a composite alarm that stays names one.
   */
  readonly deleteAlarms: (actor: Actor, alarmNames: readonly string[]) => Promise<void>;
  /** Holds until the next evaluation; runs the actions of the new state. Throws `alarms.not-found`. */
  readonly setAlarmState: (actor: Actor, input: SetAlarmStateInput) => Promise<void>;
  /** Names that do not exist are passed over, as CloudWatch does. */
  readonly enableAlarmActions: (actor: Actor, alarmNames: readonly string[]) => Promise<void>;
  readonly disableAlarmActions: (actor: Actor, alarmNames: readonly string[]) => Promise<void>;
  /** `alarm` is a name or an ARN. Throws `alarms.not-found`. */
  readonly tagResource: (actor: Actor, alarm: string, tags: AlarmTags) => Promise<void>;
  readonly untagResource: (actor: Actor, alarm: string, tagKeys: readonly string[]) => Promise<void>;
  readonly listTagsForResource: (actor: Actor, alarm: string) => Promise<AlarmTags>;
  /** What a page of the console shows of one alarm. Throws `alarms.not-found`. */
  readonly view: (
    actor: Actor,
    request: { readonly alarmName: string; readonly fromMs: number; readonly toMs: number },
  ) => Promise<AlarmView>;
  /** How many alarms are in which state, and how many cannot be evaluated; for overviews. */
  readonly summary: (actor: Actor) => Promise<AlarmSummary>;
}

/** Keys to values, at most 50. `severity` and `holdfast:raise` mean something here; docs/alarms.md. */
export type AlarmTags = Readonly<Record<string, string>>;

export const COMPARISON_OPERATORS = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
] as const;
export type ComparisonOperator = (typeof COMPARISON_OPERATORS)[number];

export const MISSING_DATA_TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
export type TreatMissingData = (typeof MISSING_DATA_TREATMENTS)[number];

export const BASIC_STATISTICS = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;
export type BasicStatistic = (typeof BASIC_STATISTICS)[number];

export type AlarmType = 'MetricAlarm' | 'CompositeAlarm';
export type HistoryItemType = 'ConfigurationUpdate' | 'StateUpdate' | 'Action';
export type EvaluationState = 'PARTIAL_DATA' | 'EVALUATION_ERROR' | 'EVALUATION_FAILURE';
export type ActionsSuppressedBy = 'WaitPeriod' | 'ExtensionPeriod' | 'Alarm';

interface ActionsInput {
  readonly alarmName: string;
  readonly alarmDescription?: string | undefined;
  /** Default true. */
  readonly actionsEnabled?: boolean | undefined;
  /** At most 5 a state: ARNs, or `holdfast:notify`, `holdfast:notify:<label>=<value>`. */
  readonly okActions?: readonly string[] | undefined;
  readonly alarmActions?: readonly string[] | undefined;
  readonly insufficientDataActions?: readonly string[] | undefined;
  readonly tags?: AlarmTags | undefined;
}

/** PutMetricAlarm. Words of closed sets are plain text here, because the verb is what refuses wrong ones. */
export interface MetricAlarmInput extends ActionsInput {
  readonly metricName?: string | undefined;
  readonly namespace?: string | undefined;
  readonly statistic?: string | undefined;
  readonly extendedStatistic?: string | undefined;
  readonly dimensions?: Readonly<Record<string, string>> | undefined;
  /** Seconds. */
  readonly period?: number | undefined;
  readonly unit?: string | undefined;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm?: number | undefined;
  readonly threshold?: number | undefined;
  readonly comparisonOperator: string;
  readonly treatMissingData?: string | undefined;
  readonly evaluateLowSampleCountPercentile?: string | undefined;
  /** Instead of metricName and its kin: metric math; exactly one query returns data. */
  readonly metrics?: readonly MetricQuery[] | undefined;
  /** Of anomaly detection, which is refused by name. */
  readonly thresholdMetricId?: string | undefined;
}

export interface CompositeAlarmInput extends ActionsInput {
  readonly alarmRule: string;
  /** Name or ARN of the alarm that suppresses actions; the two periods (seconds) are required with it. */
  readonly actionsSuppressor?: string | undefined;
  readonly actionsSuppressorWaitPeriod?: number | undefined;
  readonly actionsSuppressorExtensionPeriod?: number | undefined;
}

export interface SetAlarmStateInput {
  readonly alarmName: string;
  readonly stateValue: string;
  readonly stateReason: string;
  /** JSON text. */
  readonly stateReasonData?: string | undefined;
}

interface AlarmBase {
  readonly alarmName: string;
  readonly alarmArn: string;
  readonly alarmDescription?: string;
  readonly alarmConfigurationUpdatedMs: number;
  readonly actionsEnabled: boolean;
  readonly okActions: readonly string[];
  readonly alarmActions: readonly string[];
  readonly insufficientDataActions: readonly string[];
  readonly stateValue: AlarmStateValue;
  readonly stateReason: string;
  /** JSON text. */
  readonly stateReasonData?: string;
  /** When value, reason or reason data last changed. */
  readonly stateUpdatedMs: number;
  /** When the value last changed. */
  readonly stateTransitionedMs: number;
}

export interface MetricAlarm extends AlarmBase {
  readonly metricName?: string;
  readonly namespace?: string;
  readonly statistic?: BasicStatistic;
  readonly extendedStatistic?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly period?: number;
  readonly unit?: string;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm?: number;
  readonly threshold: number;
  readonly comparisonOperator: ComparisonOperator;
  readonly treatMissingData?: TreatMissingData;
  readonly evaluateLowSampleCountPercentile?: 'evaluate' | 'ignore';
  readonly metrics?: readonly MetricQuery[];
  /** Set while the alarm cannot be evaluated as it should; apart from the state, which then stays as it was. */
  readonly evaluationState?: EvaluationState;
}

export interface CompositeAlarm extends AlarmBase {
  readonly alarmRule: string;
  readonly actionsSuppressor?: string;
  readonly actionsSuppressorWaitPeriod?: number;
  readonly actionsSuppressorExtensionPeriod?: number;
  readonly actionsSuppressedBy?: ActionsSuppressedBy;
  readonly actionsSuppressedReason?: string;
}

export interface DescribeAlarmsInput {
  /** At most 100. */
  readonly alarmNames?: readonly string[] | undefined;
  readonly alarmNamePrefix?: string | undefined;
  /** Metric alarms only when absent. */
  readonly alarmTypes?: readonly string[] | undefined;
  readonly childrenOfAlarmName?: string | undefined;
  readonly parentsOfAlarmName?: string | undefined;
  readonly stateValue?: string | undefined;
  readonly actionPrefix?: string | undefined;
  /** 1 to 100, default 50. */
  readonly maxRecords?: number | undefined;
  readonly nextToken?: string | undefined;
}

export interface DescribeAlarmsOutput {
  readonly metricAlarms: readonly MetricAlarm[];
  readonly compositeAlarms: readonly CompositeAlarm[];
  readonly nextToken?: string;
}

export interface DescribeAlarmsForMetricInput {
  readonly metricName: string;
  readonly namespace: string;
  readonly statistic?: string | undefined;
  readonly extendedStatistic?: string | undefined;
  readonly dimensions?: Readonly<Record<string, string>> | undefined;
  readonly period?: number | undefined;
  readonly unit?: string | undefined;
}

export interface DescribeAlarmHistoryInput {
  readonly alarmName?: string | undefined;
  /** Metric alarms only when absent. */
  readonly alarmTypes?: readonly string[] | undefined;
  readonly historyItemType?: string | undefined;
  readonly startMs?: number | undefined;
  readonly endMs?: number | undefined;
  /** 1 to 100, default 100. */
  readonly maxRecords?: number | undefined;
  readonly nextToken?: string | undefined;
  /** Default `TimestampDescending`. */
  readonly scanBy?: string | undefined;
}

export interface AlarmHistoryItem {
  readonly alarmName: string;
  readonly alarmType: AlarmType;
  readonly timeMs: number;
  readonly historyItemType: HistoryItemType;
  readonly historySummary: string;
  /** JSON text with CloudWatch's fields. */
  readonly historyData: string;
}

export interface AlarmSummary {
  readonly ok: number;
  readonly alarm: number;
  readonly insufficientData: number;
  /** Alarms whose evaluation fails at this moment. */
  readonly blind: number;
}

export interface AlarmView {
  readonly alarm:
    | ({ readonly type: 'MetricAlarm' } & MetricAlarm)
    | ({ readonly type: 'CompositeAlarm' } & CompositeAlarm);
  readonly tags: AlarmTags;
  /** Why the last evaluation failed, when it did. */
  readonly evaluationMessage?: string;
  /** Newest first, within the time asked for. */
  readonly history: readonly AlarmHistoryItem[];
  /** The state from each time on, oldest first, beginning with the one at the start of the time asked for if known. */
  readonly states: readonly { readonly fromMs: number; readonly stateValue: AlarmStateValue }[];
  /** Metric alarms: the watched series, with the period of its points and the threshold to draw beside it. */
  readonly graph?: {
    readonly series: readonly MetricSeries[];
    readonly periodSeconds: number;
    readonly threshold: number;
  };
  /** Composite alarms: what the rule names, with their states. */
  readonly children?: readonly {
    readonly alarmName: string;
    readonly type: AlarmType;
    readonly stateValue: AlarmStateValue;
  }[];
}

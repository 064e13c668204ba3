import type { AlarmStateValue } from '../types.ts';
import type { AlarmDefinition, CompositeDefinition, MetricDefinition } from './definition.ts';
import type { AlarmTags, CompositeAlarm, EvaluationState, MetricAlarm } from './service.ts';
import { type Suppression, suppressedBy } from './suppression.ts';

/** One alarm with its state, as it is in the catalog. Never changed: a change makes a new one with the next revision. */
export interface AlarmRecord {
  /** Given at creation; an alarm that is deleted and made again under the same name is another one. */
  readonly id: string;
  readonly name: string;
  readonly definition: AlarmDefinition;
  readonly actionsEnabled: boolean;
  readonly tags: AlarmTags;
  readonly configurationUpdatedMs: number;
  readonly stateValue: AlarmStateValue;
  readonly stateReason: string;
  readonly stateReasonData?: string | undefined;
  readonly stateUpdatedMs: number;
  readonly stateTransitionedMs: number;
  readonly evaluationState?: EvaluationState | undefined;
  readonly evaluationMessage?: string | undefined;
  readonly suppression: Suppression;
  /** True while notify holds an alert of this alarm that fires. */
  readonly isAlertOpen: boolean;
  /** The end of the time that decided the state; what ends before it decides nothing any more. */
  readonly evaluatedEndMs: number;
  readonly revision: number;
}

export type MetricRecord = AlarmRecord & { readonly definition: MetricDefinition };
export type CompositeRecord = AlarmRecord & { readonly definition: CompositeDefinition };

export const isMetricRecord = (record: AlarmRecord): record is MetricRecord => record.definition.type === 'MetricAlarm';
export const isCompositeRecord = (record: AlarmRecord): record is CompositeRecord =>
  record.definition.type === 'CompositeAlarm';

/** How ARNs of alarms are made and read; the account and region are those of the AWS edge. */
export interface AlarmArns {
  readonly arnOf: (alarmName: string) => string;
  /** The name in an ARN of an alarm, or the text itself when it is no such ARN. */
  readonly nameOf: (nameOrArn: string) => string;
}

export const createAlarmArns = (account: { readonly region: string; readonly accountId: string }): AlarmArns => ({
  arnOf: (alarmName) => `arn:aws:cloudwatch:${account.region}:${account.accountId}:alarm:${alarmName}`,
  nameOf: (nameOrArn) => /^arn:aws[a-z-]*:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/s.exec(nameOrArn)?.[1] ?? nameOrArn,
});

const stateFields = (record: AlarmRecord, arns: AlarmArns) => ({
  alarmArn: arns.arnOf(record.name),
  alarmConfigurationUpdatedMs: record.configurationUpdatedMs,
  actionsEnabled: record.actionsEnabled,
  stateValue: record.stateValue,
  stateReason: record.stateReason,
  ...(record.stateReasonData === undefined ? {} : { stateReasonData: record.stateReasonData }),
  stateUpdatedMs: record.stateUpdatedMs,
  stateTransitionedMs: record.stateTransitionedMs,
});

export function asMetricAlarm(record: MetricRecord, arns: AlarmArns): MetricAlarm {
  const { type: _type, ...definition } = record.definition;
  const evaluation = record.evaluationState === undefined ? {} : { evaluationState: record.evaluationState };
  return { ...definition, ...stateFields(record, arns), ...evaluation };
}

export function asCompositeAlarm(record: CompositeRecord, arns: AlarmArns): CompositeAlarm {
  const { type: _type, ...definition } = record.definition;
  const by = suppressedBy(record.suppression);
  const suppression =
    by === undefined ? {} : { actionsSuppressedBy: by, actionsSuppressedReason: `Actions suppressed by ${by}` };
  return { ...definition, ...stateFields(record, arns), ...suppression };
}

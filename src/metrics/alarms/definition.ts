import type { MetricQuery } from '../types.ts';
import type { AlarmTags, CompositeAlarm, MetricAlarm } from './service.ts';

type StateFields =
  | 'alarmArn'
  | 'alarmConfigurationUpdatedMs'
  | 'actionsEnabled'
  | 'stateValue'
  | 'stateReason'
  | 'stateReasonData'
  | 'stateUpdatedMs'
  | 'stateTransitionedMs';

/** A metric alarm as it is stored: everything that putMetricAlarm replaces, checked; docs/formats/alarms.md. */
export type MetricDefinition = { readonly type: 'MetricAlarm' } & Omit<MetricAlarm, StateFields | 'evaluationState'>;

/** A composite alarm as it is stored. */
export type CompositeDefinition = { readonly type: 'CompositeAlarm' } & Omit<
  CompositeAlarm,
  StateFields | 'actionsSuppressedBy' | 'actionsSuppressedReason'
>;

export type AlarmDefinition = MetricDefinition | CompositeDefinition;

/** What a put was checked into. */
export interface CheckedAlarm<Definition extends AlarmDefinition> {
  readonly definition: Definition;
  readonly actionsEnabled: boolean;
  readonly tags: AlarmTags;
}

export type MetricPart = Extract<MetricQuery, { readonly type: 'metric' }>;

/** The one metric that an alarm watches without math, with its basic or extended statistic; else undefined. */
export function singleMetric(definition: MetricDefinition): MetricPart | undefined {
  const { metricName, namespace, period, metrics } = definition;
  if (metrics !== undefined) return metrics.length === 1 && metrics[0]?.type === 'metric' ? metrics[0] : undefined;
  const statistic = definition.statistic ?? definition.extendedStatistic;
  if (metricName === undefined || namespace === undefined || period === undefined || statistic === undefined) {
    return undefined;
  }
  const unit = definition.unit === undefined ? {} : { unit: definition.unit };
  return {
    id: 'm1',
    type: 'metric',
    metric: { namespace, name: metricName, dimensions: definition.dimensions ?? {}, ...unit },
    statistic,
    periodSeconds: period,
    returnData: true,
  };
}

/** The queries behind an alarm; the one that returns data is what is compared. */
export function queriesOf(definition: MetricDefinition): readonly MetricQuery[] {
  const single = singleMetric(definition);
  return single === undefined ? (definition.metrics ?? []) : [single];
}

/** Milliseconds of one data point. Every metric of an alarm has the same period. */
export function periodMsOf(definition: MetricDefinition): number {
  const metric = queriesOf(definition).find((query) => query.type === 'metric');
  const expression = (definition.metrics ?? []).find((query) => query.returnData);
  return (metric?.periodSeconds ?? expression?.periodSeconds ?? 60) * 1000;
}

/** How many of the last N data points must breach: all of them unless the alarm says otherwise. */
export const datapointsToAlarmOf = (definition: MetricDefinition): number =>
  definition.datapointsToAlarm ?? definition.evaluationPeriods;

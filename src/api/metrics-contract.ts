import { z } from '@hono/zod-openapi';

/** The part of the JSON API about metrics and alarms; times are milliseconds since 1970. */
export const metricBody = z.object({
  namespace: z.string(),
  name: z.string(),
  dimensions: z.record(z.string(), z.string()),
  unit: z.string(),
});
export const metricsBody = z.object({ metrics: z.array(metricBody), next: z.string().optional() });
export const namespacesBody = z.object({ namespaces: z.array(z.string()) });
export const metricsQueryParams = z.object({
  namespace: z.string().optional(),
  name: z.string().optional(),
  /** JSON: `[{"name":"service","value":"api"}]`; without a value, any. */
  dimensions: z.string().optional(),
  recentlyActive: z.enum(['true', 'false']).optional(),
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
});
export const metricQueryBody = z.discriminatedUnion('type', [
  z.object({
    id: z.string(),
    type: z.literal('metric'),
    metric: metricBody.omit({ unit: true }).extend({ unit: z.string().optional() }),
    statistic: z.string(),
    periodSeconds: z.number(),
    label: z.string().optional(),
    returnData: z.boolean(),
  }),
  z.object({
    id: z.string(),
    type: z.literal('expression'),
    expression: z.string(),
    periodSeconds: z.number().optional(),
    label: z.string().optional(),
    returnData: z.boolean(),
  }),
]);
export const metricDataBody = z.object({
  queries: z.array(metricQueryBody),
  fromMs: z.number(),
  /** Exclusive. */
  toMs: z.number(),
});
export const metricSeriesBody = z.object({
  id: z.string(),
  label: z.string(),
  timesMs: z.array(z.number()),
  values: z.array(z.number()),
  status: z.enum(['complete', 'partial', 'failed']),
  messages: z.array(z.object({ code: z.string(), value: z.string() })),
});
export const metricSeriesListBody = z.object({ series: z.array(metricSeriesBody) });

const stateValue = z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']);
const alarmBase = {
  alarmName: z.string(),
  alarmDescription: z.string().optional(),
  alarmConfigurationUpdatedMs: z.number(),
  actionsEnabled: z.boolean(),
  okActions: z.array(z.string()),
  alarmActions: z.array(z.string()),
  insufficientDataActions: z.array(z.string()),
  stateValue,
  stateReason: z.string(),
  /** JSON text with CloudWatch's fields. */
  stateReasonData: z.string().optional(),
  stateUpdatedMs: z.number(),
  stateTransitionedMs: z.number(),
};
export const metricAlarmBody = z.object({
  ...alarmBase,
  type: z.literal('MetricAlarm'),
  metricName: z.string().optional(),
  namespace: z.string().optional(),
  statistic: z.string().optional(),
  extendedStatistic: z.string().optional(),
  dimensions: z.record(z.string(), z.string()).optional(),
  period: z.number().optional(),
  unit: z.string().optional(),
  evaluationPeriods: z.number(),
  datapointsToAlarm: z.number().optional(),
  threshold: z.number(),
  comparisonOperator: z.string(),
  treatMissingData: z.string().optional(),
  evaluateLowSampleCountPercentile: z.string().optional(),
  metrics: z.array(metricQueryBody).optional(),
  evaluationState: z.string().optional(),
});
export const compositeAlarmBody = z.object({
  ...alarmBase,
  type: z.literal('CompositeAlarm'),
  alarmRule: z.string(),
  actionsSuppressor: z.string().optional(),
  actionsSuppressorWaitPeriod: z.number().optional(),
  actionsSuppressorExtensionPeriod: z.number().optional(),
  actionsSuppressedBy: z.string().optional(),
  actionsSuppressedReason: z.string().optional(),
});
export const alarmBody = z.discriminatedUnion('type', [metricAlarmBody, compositeAlarmBody]);
export const alarmsBody = z.object({
  alarms: z.array(alarmBody),
  summary: z.object({ ok: z.number(), alarm: z.number(), insufficientData: z.number(), blind: z.number() }),
  nextToken: z.string().optional(),
});
export const alarmsQueryParams = z.object({
  prefix: z.string().optional(),
  state: stateValue.optional(),
  nextToken: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).optional(),
});
export const alarmHistoryItemBody = z.object({
  alarmName: z.string(),
  timeMs: z.number(),
  historyItemType: z.enum(['ConfigurationUpdate', 'StateUpdate', 'Action']),
  historySummary: z.string(),
  historyData: z.string(),
});
export const alarmViewBody = z.object({
  alarm: alarmBody,
  tags: z.record(z.string(), z.string()),
  evaluationMessage: z.string().optional(),
  history: z.array(alarmHistoryItemBody),
  states: z.array(z.object({ fromMs: z.number(), stateValue })),
  graph: z.object({ series: z.array(metricSeriesBody), periodSeconds: z.number(), threshold: z.number() }).optional(),
  children: z.array(z.object({ alarmName: z.string(), type: z.string(), stateValue })).optional(),
});
export const alarmViewParams = z.object({ fromMs: z.coerce.number().optional(), toMs: z.coerce.number().optional() });
const actions = z.array(z.string()).optional();
const putBase = {
  alarmName: z.string(),
  alarmDescription: z.string().optional(),
  actionsEnabled: z.boolean().optional(),
  okActions: actions,
  alarmActions: actions,
  insufficientDataActions: actions,
  tags: z.record(z.string(), z.string()).optional(),
};
export const metricAlarmInputBody = z.object({
  ...putBase,
  metricName: z.string().optional(),
  namespace: z.string().optional(),
  statistic: z.string().optional(),
  extendedStatistic: z.string().optional(),
  dimensions: z.record(z.string(), z.string()).optional(),
  period: z.number().optional(),
  unit: z.string().optional(),
  evaluationPeriods: z.number(),
  datapointsToAlarm: z.number().optional(),
  threshold: z.number().optional(),
  comparisonOperator: z.string(),
  treatMissingData: z.string().optional(),
  evaluateLowSampleCountPercentile: z.string().optional(),
  metrics: z.array(metricQueryBody).optional(),
});
export const compositeAlarmInputBody = z.object({
  ...putBase,
  alarmRule: z.string(),
  actionsSuppressor: z.string().optional(),
  actionsSuppressorWaitPeriod: z.number().optional(),
  actionsSuppressorExtensionPeriod: z.number().optional(),
});
export const alarmStateBody = z.object({ stateValue: z.string(), stateReason: z.string() });
export const alarmActionsBody = z.object({ enabled: z.boolean() });

export type MetricBody = z.infer<typeof metricBody>;
export type MetricsBody = z.infer<typeof metricsBody>;
export type NamespacesBody = z.infer<typeof namespacesBody>;
export type MetricQueryBody = z.infer<typeof metricQueryBody>;
export type MetricDataBody = z.infer<typeof metricDataBody>;
export type MetricSeriesBody = z.infer<typeof metricSeriesBody>;
export type MetricSeriesListBody = z.infer<typeof metricSeriesListBody>;
export type AlarmBody = z.infer<typeof alarmBody>;
export type MetricAlarmBody = z.infer<typeof metricAlarmBody>;
export type CompositeAlarmBody = z.infer<typeof compositeAlarmBody>;
export type AlarmsBody = z.infer<typeof alarmsBody>;
export type AlarmViewBody = z.infer<typeof alarmViewBody>;
export type AlarmHistoryItemBody = z.infer<typeof alarmHistoryItemBody>;
export type MetricAlarmInputBody = z.infer<typeof metricAlarmInputBody>;
export type CompositeAlarmInputBody = z.infer<typeof compositeAlarmInputBody>;

import type { Actor } from '../../../access/index.ts';
import { Failure } from '../../../base/index.ts';
import { acceptedInteger, acceptedOneOf, refuse } from '../accepted-values.ts';
import {
  type AlarmRecord,
  asCompositeAlarm,
  asMetricAlarm,
  isCompositeRecord,
  isMetricRecord,
} from '../alarm-record.ts';
import { METRICS_ALARMS_FAILURES } from '../failures.ts';
import { METRICS_ALARMS_LIMITS as LIMITS } from '../limits.ts';
import type {
  DescribeAlarmsForMetricInput,
  DescribeAlarmsInput,
  DescribeAlarmsOutput,
  MetricAlarm,
} from '../service.ts';
import { readToken, writeToken } from './page-token.ts';
import { authorizeRead, type VerbContext } from './verb-context.ts';

const byName = (a: AlarmRecord, b: AlarmRecord): number => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));

/** Alarms in order of their names; a page holds both kinds together, at most `maxRecords`. */
export async function describeAlarms(
  context: VerbContext,
  actor: Actor,
  filter: DescribeAlarmsInput,
): Promise<DescribeAlarmsOutput> {
  await authorizeRead(context, actor);
  const { maxRecords, nextToken, ...request } = filter;
  const max =
    maxRecords === undefined
      ? LIMITS.describePageDefault
      : acceptedInteger('MaxRecords', maxRecords, { min: 1, max: LIMITS.describePageMax });
  checkFilter(filter);
  // The names are asked for one by one, so all of them are in the first page.
  const limit = filter.alarmNames === undefined ? max : Math.max(max, filter.alarmNames.length);
  const after = nextToken === undefined ? undefined : readToken(request, nextToken);
  const matching = candidates(context, filter)
    .filter((record) => matches(record, filter))
    .sort(byName);
  const start =
    after === undefined
      ? 0
      : matching.findIndex((record) => Buffer.compare(Buffer.from(record.name), Buffer.from(after)) > 0);
  const rest = start < 0 ? [] : matching.slice(start);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    metricAlarms: page.filter(isMetricRecord).map((record) => asMetricAlarm(record, context.arns)),
    compositeAlarms: page.filter(isCompositeRecord).map((record) => asCompositeAlarm(record, context.arns)),
    ...(rest.length > page.length && last !== undefined ? { nextToken: writeToken(request, last.name) } : {}),
  };
}

function checkFilter(filter: DescribeAlarmsInput): void {
  const { alarmNames, alarmNamePrefix, childrenOfAlarmName, parentsOfAlarmName, stateValue, actionPrefix } = filter;
  const combination = (reason: string): Failure =>
    new Failure(METRICS_ALARMS_FAILURES.parameterCombination, { reason });
  if (alarmNames !== undefined && alarmNames.length > LIMITS.describePageMax) {
    throw refuse('AlarmNames', `${alarmNames.length} names`, `at most ${LIMITS.describePageMax} names`);
  }
  if (alarmNames !== undefined && alarmNamePrefix !== undefined)
    throw combination('AlarmNames and AlarmNamePrefix exclude each other');
  const family = [childrenOfAlarmName, parentsOfAlarmName].filter((name) => name !== undefined).length;
  const others = [alarmNames, alarmNamePrefix, stateValue, actionPrefix, filter.alarmTypes].some(
    (value) => value !== undefined,
  );
  if (family > 1 || (family === 1 && others)) {
    throw combination('ChildrenOfAlarmName and ParentsOfAlarmName stand alone, with MaxRecords and NextToken at most');
  }
  if (stateValue !== undefined) acceptedOneOf('StateValue', stateValue, ['OK', 'ALARM', 'INSUFFICIENT_DATA']);
  for (const type of filter.alarmTypes ?? []) acceptedOneOf('AlarmTypes', type, ['MetricAlarm', 'CompositeAlarm']);
}

function candidates(context: VerbContext, filter: DescribeAlarmsInput): readonly AlarmRecord[] {
  const { registry } = context;
  if (filter.childrenOfAlarmName !== undefined) {
    return registry.childrenOf(filter.childrenOfAlarmName).flatMap((name) => registry.get(name)?.record ?? []);
  }
  if (filter.parentsOfAlarmName !== undefined)
    return registry.parentsOf(filter.parentsOfAlarmName).map((alarm) => alarm.record);
  if (filter.alarmNames !== undefined)
    return [...new Set(filter.alarmNames)].flatMap((name) => registry.get(name)?.record ?? []);
  return [...registry.all()].map((alarm) => alarm.record);
}

function matches(record: AlarmRecord, filter: DescribeAlarmsInput): boolean {
  const isFamily = filter.childrenOfAlarmName !== undefined || filter.parentsOfAlarmName !== undefined;
  const types = filter.alarmTypes === undefined || filter.alarmTypes.length === 0 ? ['MetricAlarm'] : filter.alarmTypes;
  if (!isFamily && !types.includes(record.definition.type)) return false;
  if (filter.alarmNamePrefix !== undefined && !record.name.startsWith(filter.alarmNamePrefix)) return false;
  if (filter.stateValue !== undefined && record.stateValue !== filter.stateValue) return false;
  const { actionPrefix } = filter;
  if (actionPrefix === undefined) return true;
  const { okActions, alarmActions, insufficientDataActions } = record.definition;
  return [...okActions, ...alarmActions, ...insufficientDataActions].some((action) => action.startsWith(actionPrefix));
}

/** Alarms on exactly this metric; those on metric math are not found this way, as in CloudWatch. */
export async function describeAlarmsForMetric(
  context: VerbContext,
  actor: Actor,
  filter: DescribeAlarmsForMetricInput,
): Promise<readonly MetricAlarm[]> {
  await authorizeRead(context, actor);
  const dimensions = JSON.stringify(Object.entries(filter.dimensions ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
  const isAsked = (alarm: MetricAlarm): boolean =>
    alarm.metricName === filter.metricName &&
    alarm.namespace === filter.namespace &&
    JSON.stringify(Object.entries(alarm.dimensions ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))) === dimensions &&
    (filter.statistic === undefined || alarm.statistic === filter.statistic) &&
    (filter.extendedStatistic === undefined || alarm.extendedStatistic === filter.extendedStatistic) &&
    (filter.period === undefined || alarm.period === filter.period) &&
    (filter.unit === undefined || alarm.unit === filter.unit);
  return [...context.registry.all()]
    .map((alarm) => alarm.record)
    .filter(isMetricRecord)
    .sort(byName)
    .map((record) => asMetricAlarm(record, context.arns))
    .filter(isAsked);
}

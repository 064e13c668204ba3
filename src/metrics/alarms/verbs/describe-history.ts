import type { Actor } from '../../../access/index.ts';
import { acceptedInteger, acceptedOneOf } from '../accepted-values.ts';
import { METRICS_ALARMS_LIMITS as LIMITS } from '../limits.ts';
import type { AlarmsTables } from '../migrations.ts';
import type { AlarmHistoryItem, AlarmType, DescribeAlarmHistoryInput, HistoryItemType } from '../service.ts';
import { readToken, writeToken } from './page-token.ts';
import { authorizeRead, type VerbContext } from './verb-context.ts';

const TYPES = ['MetricAlarm', 'CompositeAlarm'] as const;
const ITEM_TYPES = ['ConfigurationUpdate', 'StateUpdate', 'Action'] as const;

/** History items by time; those of deleted alarms too, for 30 days. */
export async function describeAlarmHistory(
  context: VerbContext,
  actor: Actor,
  filter: DescribeAlarmHistoryInput,
): Promise<{ readonly alarmHistoryItems: readonly AlarmHistoryItem[]; readonly nextToken?: string }> {
  await authorizeRead(context, actor, filter.alarmName ?? '*');
  const { maxRecords, nextToken, ...request } = filter;
  const max = acceptedInteger('MaxRecords', maxRecords ?? LIMITS.describePageMax, {
    min: 1,
    max: LIMITS.describePageMax,
  });
  const isAscending =
    acceptedOneOf('ScanBy', filter.scanBy ?? 'TimestampDescending', ['TimestampDescending', 'TimestampAscending']) ===
    'TimestampAscending';
  // A name says which alarm is meant; without one, metric alarms are, as CloudWatch has it.
  const types = filter.alarmTypes ?? (filter.alarmName === undefined ? ['MetricAlarm'] : TYPES);
  const accepted = types.map((type) => acceptedOneOf('AlarmTypes', type, TYPES));
  const direction = isAscending ? 'asc' : 'desc';
  let query = context.catalog
    .db<AlarmsTables>()
    .selectFrom('alarm_history')
    .selectAll()
    .where('alarm_type', 'in', accepted.length === 0 ? ['MetricAlarm'] : accepted)
    .where('at_ms', '>=', Math.max(filter.startMs ?? 0, context.clock.nowMs() - LIMITS.historyMs))
    .orderBy('at_ms', direction)
    .orderBy('sequence', direction)
    .limit(max + 1);
  if (filter.alarmName !== undefined) query = query.where('alarm_name', '=', filter.alarmName);
  if (filter.historyItemType !== undefined) {
    query = query.where('item_type', '=', acceptedOneOf('HistoryItemType', filter.historyItemType, ITEM_TYPES));
  }
  if (filter.endMs !== undefined) query = query.where('at_ms', '<=', filter.endMs);
  if (nextToken !== undefined) {
    const [atMs = 0, sequence = 0] = readToken(request, nextToken).split(':').map(Number);
    const sign = isAscending ? '>' : '<';
    query = query.where(({ eb, and, or }) =>
      or([eb('at_ms', sign, atMs), and([eb('at_ms', '=', atMs), eb('sequence', sign, sequence)])]),
    );
  }
  const rows = await query.execute();
  const page = rows.slice(0, max);
  const last = page.at(-1);
  return {
    alarmHistoryItems: page.map((row) => ({
      alarmName: row.alarm_name,
      alarmType: row.alarm_type as AlarmType,
      timeMs: row.at_ms,
      historyItemType: row.item_type as HistoryItemType,
      historySummary: row.summary,
      historyData: row.data,
    })),
    ...(rows.length > page.length && last !== undefined
      ? { nextToken: writeToken(request, `${last.at_ms}:${last.sequence}`) }
      : {}),
  };
}

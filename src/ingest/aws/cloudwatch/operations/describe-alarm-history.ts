import { inRegionOf } from '../alarm-arn.ts';
import { alarmName, alarmTypes, maxRecords, nextToken, scanBy } from '../members.ts';
import { choice, list, structure, text, time } from '../model/shapes.ts';
import { defineOperation } from '../operation.ts';

const historyItemType = choice(
  'ConfigurationUpdate',
  'StateUpdate',
  'Action',
  'AlarmContributorStateUpdate',
  'AlarmContributorAction',
);
const input = structure({
  AlarmName: alarmName,
  AlarmContributorId: text({ min: 1, max: 16 }),
  AlarmTypes: alarmTypes,
  HistoryItemType: historyItemType,
  StartDate: time(),
  EndDate: time(),
  MaxRecords: maxRecords,
  NextToken: nextToken,
  ScanBy: scanBy,
});
const item = structure({
  AlarmName: text(),
  AlarmType: text(),
  Timestamp: time(),
  HistoryItemType: historyItemType,
  HistorySummary: text(),
  HistoryData: text(),
});
const output = structure({ AlarmHistoryItems: list(item), NextToken: text() });

export const describeAlarmHistory = defineOperation({
  name: 'DescribeAlarmHistory',
  words: 'validation',
  input,
  output,
  run: async ({ alarms }, { actor, names }, request) => {
    const isOfContributors = request.HistoryItemType?.startsWith('AlarmContributor') === true;
    const page = await alarms.describeAlarmHistory(actor, {
      alarmName: request.AlarmName,
      alarmTypes: request.AlarmTypes,
      historyItemType: isOfContributors ? undefined : request.HistoryItemType,
      startMs: request.StartDate,
      endMs: request.EndDate,
      maxRecords: request.MaxRecords,
      nextToken: request.NextToken,
      scanBy: request.ScanBy,
    });
    // Only alarms on PromQL have contributors, and there are none.
    if (isOfContributors || request.AlarmContributorId !== undefined) return { AlarmHistoryItems: [] };
    return {
      AlarmHistoryItems: page.alarmHistoryItems.map((entry) => ({
        AlarmName: entry.alarmName,
        AlarmType: entry.alarmType,
        Timestamp: entry.timeMs,
        HistoryItemType: entry.historyItemType,
        HistorySummary: inRegionOf(names, entry.historySummary),
        HistoryData: inRegionOf(names, entry.historyData),
      })),
      NextToken: page.nextToken,
    };
  },
});

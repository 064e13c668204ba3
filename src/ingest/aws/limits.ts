import { DAY_MS, defineLimits, HOUR_MS, MiB, SECOND_MS } from '../../base/index.ts';

export const AWS_LIMITS = defineLimits('aws', {
  bodyBytes: {
    value: 8 * MiB,
    unit: 'bytes',
    reason: 'a full PutLogEvents batch of 1 MiB in which JSON escapes every character into six, with its frame',
  },
  batchEvents: { value: 10_000, unit: 'count', reason: 'the rule of PutLogEvents' },
  batchBytes: { value: MiB, unit: 'bytes', reason: 'the rule of PutLogEvents: UTF-8 bytes plus 26 for each event' },
  eventOverheadBytes: { value: 26, unit: 'bytes', reason: 'what PutLogEvents counts for an event besides its text' },
  batchSpanMs: { value: DAY_MS, unit: 'ms', reason: 'the rule of PutLogEvents' },
  eventAgeMs: { value: 14 * DAY_MS, unit: 'ms', reason: 'the rule of PutLogEvents: older events are left out' },
  eventAheadMs: { value: 2 * HOUR_MS, unit: 'ms', reason: 'the rule of PutLogEvents: newer events are left out' },
  groupsNamed: { value: 50, unit: 'count', reason: 'what StartQuery and DescribeLogGroups allow' },
  queryRows: { value: 10_000, unit: 'count', reason: 'rows that a query keeps' },
  querySeconds: {
    value: 9_000_000_000,
    unit: 's',
    reason: 'the year 2255, short of what the store can represent; above it somebody passed milliseconds',
  },
  listScanPages: {
    value: 20,
    unit: 'count',
    reason: 'pages of groups looked through for one page of ListLogGroups with a pattern or tags',
  },
  fieldsCounted: {
    value: 100,
    unit: 'count',
    reason: 'fields of GetLogGroupFields: each is one column of the query that counts them',
  },
  fieldsWindowMs: { value: 15 * 60 * SECOND_MS, unit: 'ms', reason: 'the time that GetLogGroupFields looks at' },
  valueEchoed: {
    value: 256,
    unit: 'count',
    reason: 'characters of a refused value that are repeated to the sender',
  },
  problemsNamed: { value: 20, unit: 'count', reason: 'constraint violations spelled out in one answer' },
});

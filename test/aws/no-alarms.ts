import { Failure } from '../../src/base/index.ts';
import { CLOUDWATCH_FAILURES } from '../../src/ingest/aws/cloudwatch/index.ts';
import type { AlarmService } from '../../src/metrics/index.ts';

const refuse = async (): Promise<never> => {
  throw new Failure(CLOUDWATCH_FAILURES.resourceNotFound, { reason: 'this test has no alarms' });
};

/** For tests of metrics alone: an alarm verb that is called shows as a refusal. */
export const NO_ALARMS: AlarmService = {
  putMetricAlarm: refuse,
  putCompositeAlarm: refuse,
  describeAlarms: refuse,
  describeAlarmsForMetric: refuse,
  describeAlarmHistory: refuse,
  deleteAlarms: refuse,
  setAlarmState: refuse,
  enableAlarmActions: refuse,
  disableAlarmActions: refuse,
  tagResource: refuse,
  untagResource: refuse,
  listTagsForResource: refuse,
  view: refuse,
  summary: refuse,
};

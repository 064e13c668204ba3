import { type Actor, systemActor } from '../../src/access/index.ts';
import type { AuditEntry } from '../../src/audit/index.ts';
import { createManualClock, Failure, type ManualClock, silentLog } from '../../src/base/index.ts';
import type { Catalog } from '../../src/catalog/index.ts';
import {
  ALARMS_MIGRATIONS,
  type AlarmEngine,
  createAlarmEngine,
  METRICS_ALARMS_FAILURES,
  type MetricAlarmInput,
  type MetricPoint,
} from '../../src/metrics/index.ts';
import type { AlertInput } from '../../src/notify/index.ts';
import { type ServerForTest, serverForTest } from '../catalog/open-for-test.ts';
import { type OpenMetrics, openMetrics, point } from '../metrics/open-metrics.ts';

export const OPERATOR: Actor = systemActor('test');
export const STRANGER: Actor = { ...OPERATOR, type: 'key', id: 'stranger', name: 'stranger', roles: ['sender'] };
export const TOPIC = 'arn:aws:sns:us-east-1:123456789012:ops';

/** A minute that is a multiple of ten of them, so that every period used here begins at it. */
export const START_MS = 1_700_000_400_000;

export interface AlarmsForTest {
  readonly clock: ManualClock;
  readonly catalog: Catalog;
  readonly metrics: OpenMetrics;
  readonly raised: AlertInput[];
  readonly audited: AuditEntry[];
  engine: AlarmEngine;
  /** What the receiver does with an alert before it takes it. */
  onRaise: (alert: AlertInput) => Promise<void>;
  /** Closes the engine and opens another over the same catalog and store. */
  readonly reopen: () => Promise<void>;
  readonly put: (change: Partial<MetricAlarmInput>) => Promise<void>;
  /** Stores points of a value and waits until alarms are done with them. */
  readonly send: (value: number, change?: Partial<MetricPoint>) => Promise<void>;
  /** Moves the clock and waits until alarms are done with what came due. */
  readonly pass: (ms: number) => Promise<void>;
  readonly state: (name: string) => Promise<string | undefined>;
  readonly close: () => Promise<void>;
}

/** Alarms over a real catalog and a real store of points, with a clock that stands still. */
export async function openAlarms(): Promise<AlarmsForTest> {
  const server: ServerForTest = await serverForTest();
  const catalog = await server.open(ALARMS_MIGRATIONS);
  const clock = createManualClock(START_MS);
  const metrics = await openMetrics(clock);
  const raised: AlertInput[] = [];
  const audited: AuditEntry[] = [];
  const open = (): Promise<AlarmEngine> =>
    createAlarmEngine({
      store: metrics.store,
      catalog,
      clock,
      log: silentLog(),
      region: 'us-east-1',
      accountId: '123456789012',
      alerting: {
        raise: async (alert) => {
          await forTest.onRaise(alert);
          raised.push(alert);
        },
      },
      authorize: async (actor, action) => {
        // The rights themselves are access's; here it matters that each verb asks.
        if (actor.id === 'stranger')
          throw new Failure(METRICS_ALARMS_FAILURES.unsupported, { feature: action, instead: '' });
      },
      audit: {
        record: async (entry) => {
          audited.push(entry);
        },
        count: () => undefined,
        lookup: async () => ({ records: [] }),
        close: async () => undefined,
      },
    });
  const settle = async (): Promise<void> => {
    await forTest.engine.settled();
  };
  const forTest: AlarmsForTest = {
    clock,
    catalog,
    metrics,
    raised,
    audited,
    engine: undefined as unknown as AlarmEngine,
    onRaise: async () => undefined,
    reopen: async () => {
      await forTest.engine.close();
      forTest.engine = await open();
      await settle();
    },
    put: async (change) => {
      await forTest.engine.service.putMetricAlarm(OPERATOR, metricAlarm(change));
      await settle();
    },
    send: async (value, change = {}) => {
      await metrics.store.append([point(value, { timeMs: clock.nowMs(), ...change })]);
      await settle();
    },
    pass: async (ms) => {
      // In steps, as time passes: what came due is decided before the clock goes on.
      for (let left = ms; left > 0; left -= 10_000) {
        await clock.advance(Math.min(left, 10_000));
        await settle();
      }
    },
    state: async (name) => {
      const { metricAlarms, compositeAlarms } = await forTest.engine.service.describeAlarms(OPERATOR, {
        alarmNames: [name],
        alarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      });
      return [...metricAlarms, ...compositeAlarms][0]?.stateValue;
    },
    close: async () => {
      await forTest.engine.close();
      await metrics.remove();
      await catalog.close();
      await server.remove();
    },
  };
  forTest.engine = await open();
  return forTest;
}

export const metricAlarm = (change: Partial<MetricAlarmInput> = {}): MetricAlarmInput => ({
  alarmName: 'latency-high',
  namespace: 'Test',
  metricName: 'Latency',
  statistic: 'Maximum',
  period: 60,
  evaluationPeriods: 1,
  threshold: 100,
  comparisonOperator: 'GreaterThanThreshold',
  alarmActions: [TOPIC],
  ...change,
});

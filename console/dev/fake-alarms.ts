import type {
  Alarm,
  AlarmHistoryItem,
  AlarmStateValue,
  AlarmView,
  CompositeAlarm,
  MetricAlarm,
  MetricAlarmInput,
} from '../src/api/types.ts';
import { type FakeAnswer, type FakeCall, NOTHING, ok, refuse } from './fake-answer.ts';
import { fakeQuery, fakeValue } from './fake-metrics.ts';
import type { FakeState } from './fake-state.ts';

const MINUTE = 60_000;

const base = (alarmName: string, stateValue: AlarmStateValue, sinceMs: number) => ({
  ...{ alarmName, stateValue, actionsEnabled: true, okActions: [], alarmActions: [], insufficientDataActions: [] },
  ...{ stateUpdatedMs: sinceMs, stateTransitionedMs: sinceMs, alarmConfigurationUpdatedMs: sinceMs - 9e8 },
});

const ruleOf = (
  [namespace, metricName, statistic]: readonly [string, string, string],
  dimensions: Record<string, string>,
  [threshold, m, n]: readonly [number, number, number],
) => ({
  ...({ type: 'MetricAlarm', namespace, metricName, dimensions, period: 60, threshold } as const),
  ...(statistic.startsWith('p') ? { extendedStatistic: statistic } : { statistic }),
  ...{
    datapointsToAlarm: m,
    evaluationPeriods: n,
    comparisonOperator: 'GreaterThanThreshold',
    treatMissingData: 'missing',
  },
});

const time = (ms: number): string => new Date(ms).toISOString().replace('Z', '+0000');

function reasonData(name: string, dimensions: Record<string, string>, nowMs: number): string {
  const first = Math.floor(nowMs / MINUTE) * MINUTE;
  const points = [1, 2, 3, 4, 5].map((back) => {
    const at = first - back * MINUTE;
    return {
      timestamp: time(at),
      sampleCount: 400,
      value: (fakeValue(name, JSON.stringify([name, dimensions]), at, nowMs) ?? 0) * 2.9,
    };
  });
  return JSON.stringify({ version: '1.0', threshold: 300, evaluatedDatapoints: points });
}

/** Every state and every kind, as one list would seldom have them. */
function fullAlarms(nowMs: number): Alarm[] {
  const slow: MetricAlarm = {
    ...base('checkout-slow', 'ALARM', nowMs - 12 * MINUTE),
    ...ruleOf(['Holdfast/Requests', 'Duration', 'p99'], { service: 'checkout' }, [300, 3, 5]),
    alarmDescription: 'People leave the basket when paying takes longer. Look at the card network first.',
    stateReason:
      'Threshold Crossed: 5 out of the last 5 datapoints [812.4 (22/11/26 17:01:00), 790.0 (22/11/26 17:00:00)] were greater than the threshold (300.0) (minimum 3 datapoints for OK -> ALARM transition).',
    stateReasonData: reasonData('Duration', { service: 'checkout' }, nowMs),
  };
  const rate: MetricAlarm = {
    ...base('checkout-error-rate', 'OK', nowMs - 28 * MINUTE),
    ...{
      type: 'MetricAlarm',
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      threshold: 5,
      treatMissingData: 'notBreaching',
    },
    comparisonOperator: 'GreaterThanOrEqualToThreshold',
    stateReason:
      'Threshold Crossed: no datapoints were received for 5 periods and 5 missing datapoints were treated as [NonBreaching].',
    metrics: [
      ...(['Errors', 'Requests'] as const).map((name, index) => ({
        ...{ id: `m${index + 1}`, type: 'metric' as const, statistic: 'Sum', periodSeconds: 60, returnData: false },
        metric: { namespace: 'Holdfast/Requests', name, dimensions: { service: 'checkout' } },
      })),
      { id: 'e1', type: 'expression', expression: '100 * m1 / m2', returnData: true },
    ],
  };
  const both: CompositeAlarm = {
    ...base('checkout-down', 'OK', nowMs - 3 * 86_400_000),
    ...{ type: 'CompositeAlarm', alarmRule: 'ALARM("checkout-slow") AND ALARM("checkout-error-rate")' },
    stateReason:
      'arn:aws:cloudwatch:local:000000000000:alarm:checkout-error-rate transitioned to OK at Sunday 22 November, 2026 16:34:00 UTC',
    ...{ actionsSuppressor: 'planned-work', actionsSuppressorWaitPeriod: 120, actionsSuppressorExtensionPeriod: 180 },
    ...{ actionsSuppressedBy: 'Alarm', actionsSuppressedReason: 'planned-work is in ALARM since 16:30.' },
  };
  return [
    both,
    slow,
    rate,
    {
      ...base('orders-connections', 'OK', nowMs - 9 * 86_400_000),
      ...ruleOf(['Holdfast/PostgreSQL', 'ConnectionsUsed', 'Maximum'], { source: 'orders' }, [80, 3, 3]),
      stateReason:
        'Threshold Crossed: 1 datapoint [46.0 (22/11/26 17:01:00)] was not greater than the threshold (80.0).',
    },
    {
      ...base('web-1-disk', 'INSUFFICIENT_DATA', nowMs - 4 * MINUTE),
      ...ruleOf(['Holdfast/Host', 'DiskUsed', 'Maximum'], { host: 'web-1', disk: 'gone' }, [85, 2, 3]),
      ...{ stateReason: 'Insufficient Data: 3 datapoints were unknown.', actionsEnabled: false },
    },
    {
      ...base('basket-value', 'OK', nowMs - 40 * MINUTE),
      ...ruleOf(['Shop', 'BasketValue', 'Average'], { currency: 'EUR' }, [900, 1, 1]),
      ...{ evaluationState: 'EVALUATION_ERROR', stateReason: 'Unchecked: Initial alarm creation' },
    },
  ];
}

const stores = new WeakMap<FakeState, Alarm[]>();

function alarmsOf(state: FakeState): Alarm[] {
  const known = stores.get(state) ?? (state.mode === 'empty' ? [] : fullAlarms(state.nowMs));
  stores.set(state, known);
  return known;
}

function historyOf(alarm: Alarm, nowMs: number): AlarmHistoryItem[] {
  const item = (back: number, historyItemType: AlarmHistoryItem['historyItemType'], historySummary: string) => ({
    ...{ alarmName: alarm.alarmName, timeMs: nowMs - back * MINUTE, historyItemType, historySummary },
    historyData: JSON.stringify({ version: '1.0', newState: { stateReason: alarm.stateReason } }),
  });
  return [
    item(12, 'Action', 'Successfully told notifications of the alert alarm:checkout-slow'),
    item(12, 'StateUpdate', 'Alarm updated from OK to ALARM'),
    item(33, 'StateUpdate', 'Alarm updated from ALARM to OK'),
    item(44, 'StateUpdate', 'Alarm updated from OK to ALARM'),
  ];
}

function viewOf(state: FakeState, alarm: Alarm, fromMs: number, toMs: number): AlarmView {
  const all = alarmsOf(state);
  const states = (
    alarm.stateValue === 'ALARM'
      ? ([
          [toMs - fromMs, 'OK'],
          [44 * MINUTE, 'ALARM'],
          [33 * MINUTE, 'OK'],
          [25 * MINUTE, 'INSUFFICIENT_DATA'],
          [12 * MINUTE, 'ALARM'],
        ] as const)
      : ([[toMs - fromMs, alarm.stateValue]] as const)
  ).map(([back, stateValue]) => ({ fromMs: toMs - back, stateValue }));
  const common = {
    alarm,
    tags: { severity: 'high', team: 'payments' },
    history: historyOf(alarm, state.nowMs),
    states,
  };
  if (alarm.type === 'CompositeAlarm') {
    const names = [...alarm.alarmRule.matchAll(/\("?([^")]+)"?\)/g)].map(([, name = '']) => name);
    const children = all.filter(({ alarmName }) => names.includes(alarmName));
    return {
      ...common,
      children: children.map(({ alarmName, type, stateValue }) => ({ alarmName, type, stateValue })),
    };
  }
  const { namespace = '', metricName: name = '', dimensions = {}, statistic, extendedStatistic } = alarm;
  const metric = { namespace, name, dimensions };
  const queries = alarm.metrics ?? [
    {
      id: 'm1',
      type: 'metric' as const,
      metric,
      statistic: statistic ?? extendedStatistic ?? 'Average',
      periodSeconds: 60,
      returnData: true,
    },
  ];
  const answered = fakeQuery(queries, { fromMs, toMs }).body as { series: NonNullable<AlarmView['graph']>['series'] };
  return {
    ...common,
    ...(alarm.evaluationState === undefined
      ? {}
      : { evaluationMessage: 'the expression uses the id "m3", and no query of this call has it' }),
    graph: { series: answered.series, periodSeconds: 60, threshold: alarm.threshold },
  };
}

function put(state: FakeState, type: Alarm['type'], body: Record<string, unknown>): FakeAnswer {
  const input = body as unknown as MetricAlarmInput;
  if (type === 'CompositeAlarm' && !/^(?:NOT\s+)?[A-Z_]+\(/.test(String(body.alarmRule).trim()))
    return refuse(400, {
      code: 'alarms.rule-invalid',
      message: 'the rule cannot be read at character 1',
      hint: 'write it like ALARM("a") AND NOT OK("b")',
    });
  const before = alarmsOf(state).find(({ alarmName }) => alarmName === input.alarmName);
  const now = Date.now();
  const fresh = {
    ...base(input.alarmName, 'INSUFFICIENT_DATA', now),
    stateReason: 'Unchecked: Initial alarm creation',
  };
  const { tags: _, ...definition } = body;
  const alarm = { ...(before ?? fresh), ...definition, type, alarmConfigurationUpdatedMs: now } as unknown as Alarm;
  stores.set(state, [...alarmsOf(state).filter((one) => one !== before), alarm]);
  return NOTHING;
}

function oneAlarm(state: FakeState, { method, path, query, body }: FakeCall): FakeAnswer | undefined {
  const [, encoded = '', act] = /^\/alarms\/([^/]+)(?:\/(state|actions))?$/.exec(path) ?? [];
  if (encoded === '') return undefined;
  const name = decodeURIComponent(encoded);
  const alarm = alarmsOf(state).find(({ alarmName }) => alarmName === name);
  if (alarm === undefined)
    return refuse(404, {
      code: 'alarms.not-found',
      message: `there is no alarm ${name}`,
      hint: 'look at the list of alarms',
    });
  const change = (changed: Partial<Alarm>): FakeAnswer => {
    stores.set(
      state,
      alarmsOf(state).map((one) => (one === alarm ? ({ ...one, ...changed } as Alarm) : one)),
    );
    return NOTHING;
  };
  if (act === 'actions') return change({ actionsEnabled: body.enabled === true });
  if (act === 'state')
    return change({
      stateValue: body.stateValue as AlarmStateValue,
      ...{ stateReason: String(body.stateReason), stateReasonData: undefined, stateTransitionedMs: Date.now() },
    });
  if (method === 'DELETE') {
    stores.set(
      state,
      alarmsOf(state).filter((one) => one !== alarm),
    );
    return NOTHING;
  }
  const toMs = Number(query.get('toMs') ?? Date.now());
  return ok(viewOf(state, alarm, Number(query.get('fromMs') ?? toMs - 180 * MINUTE), toMs));
}

export function alarmRoutes(state: FakeState, call: FakeCall): FakeAnswer | undefined {
  const { method, path, query, body } = call;
  if (path === '/alarms/composite') return put(state, 'CompositeAlarm', body);
  if (path !== '/alarms') return oneAlarm(state, call);
  if (method === 'POST') return put(state, 'MetricAlarm', body);
  const all = alarmsOf(state);
  const count = (stateValue: AlarmStateValue): number => all.filter((alarm) => alarm.stateValue === stateValue).length;
  const wanted = query.get('state');
  return ok({
    alarms: all.filter((alarm) => wanted === null || alarm.stateValue === wanted),
    summary: {
      ...{ ok: count('OK'), alarm: count('ALARM'), insufficientData: count('INSUFFICIENT_DATA') },
      blind: all.filter((alarm) => alarm.type === 'MetricAlarm' && alarm.evaluationState !== undefined).length,
    },
  });
}

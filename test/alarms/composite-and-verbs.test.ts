import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../src/base/index.ts';
import { type AlarmsForTest, metricAlarm, OPERATOR, openAlarms, STRANGER, TOPIC } from './open-alarms.ts';

let alarms: AlarmsForTest;
beforeAll(async () => {
  alarms = await openAlarms();
});
afterAll(() => alarms.close());

let turn = 0;
let name = '';
beforeEach(async () => {
  turn += 1;
  name = `T${turn}`;
  alarms.raised.length = 0;
  const now = alarms.clock.nowMs();
  await alarms.pass(Math.ceil(now / MINUTE_MS) * MINUTE_MS - now + MINUTE_MS);
});

const set = async (alarmName: string, stateValue: string): Promise<void> => {
  await alarms.engine.service.setAlarmState(OPERATOR, { alarmName, stateValue, stateReason: 'for the test' });
  await alarms.engine.settled();
};
const put = (alarmName: string, change: Parameters<AlarmsForTest['put']>[0] = {}): Promise<void> =>
  alarms.put({ alarmName, metricName: name, treatMissingData: 'ignore', ...change });
const compose = async (alarmName: string, alarmRule: string, change: object = {}): Promise<void> => {
  await alarms.engine.service.putCompositeAlarm(OPERATOR, {
    alarmName,
    alarmRule,
    alarmActions: [TOPIC],
    okActions: [TOPIC],
    ...change,
  });
  await alarms.engine.settled();
};
const told = (alarmName: string): readonly string[] =>
  alarms.raised.filter((alert) => alert.key === `alarm:${alarmName}`).map((alert) => alert.state);
const composite = async (alarmName: string) =>
  (await alarms.engine.service.describeAlarms(OPERATOR, { alarmNames: [alarmName], alarmTypes: ['CompositeAlarm'] }))
    .compositeAlarms[0];
const refused = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { readonly code?: string }) => error.code ?? String(error),
  );

describe('a composite alarm', () => {
  it('follows its children, also through other composite alarms', async () => {
    await put(`${name}a`);
    await put(`${name}b`);
    await compose(`${name}both`, `ALARM(${name}a) AND ALARM("${name}b")`);
    await compose(`${name}top`, `ALARM(arn:aws:cloudwatch:us-east-1:123456789012:alarm:${name}both)`);
    expect((await composite(`${name}top`))?.stateValue).toBe('OK');
    await set(`${name}a`, 'ALARM');
    expect((await composite(`${name}both`))?.stateValue).toBe('OK');
    await set(`${name}b`, 'ALARM');
    const top = await composite(`${name}top`);
    expect(top?.stateValue).toBe('ALARM');
    expect(top?.stateReason).toMatch(
      new RegExp(
        `^arn:aws:cloudwatch:us-east-1:123456789012:alarm:${name}both transitioned to ALARM at \\w+day \\d\\d \\w+, 20\\d\\d .* UTC$`,
      ),
    );
    expect(JSON.parse(top?.stateReasonData ?? '').triggeringAlarms[0].state.value).toBe('ALARM');
    expect(told(`${name}top`)).toEqual(['resolved', 'firing']);
    await set(`${name}a`, 'OK');
    expect((await composite(`${name}top`))?.stateValue).toBe('OK');
  });

  it('waits for its suppressor, is suppressed by it, and acts after the extension', async () => {
    await put(`${name}a`);
    await put(`${name}s`);
    await compose(name, `ALARM(${name}a)`, {
      actionsSuppressor: `${name}s`,
      actionsSuppressorWaitPeriod: 30,
      actionsSuppressorExtensionPeriod: 20,
    });
    await alarms.pass(40_000);
    alarms.raised.length = 0;
    await set(`${name}a`, 'ALARM');
    expect((await composite(name))?.actionsSuppressedBy).toBe('WaitPeriod');
    await alarms.pass(10_000);
    await set(`${name}s`, 'ALARM');
    expect((await composite(name))?.actionsSuppressedBy).toBe('Alarm');
    await alarms.pass(MINUTE_MS);
    expect(told(name)).toEqual([]);
    await set(`${name}s`, 'OK');
    expect((await composite(name))?.actionsSuppressedBy).toBe('ExtensionPeriod');
    await alarms.pass(10_000);
    expect(told(name)).toEqual([]);
    await alarms.pass(15_000);
    expect(told(name)).toEqual(['firing']);
  });

  it('remembers over a restart that it waits', async () => {
    await put(`${name}a`);
    await put(`${name}s`);
    await compose(name, `ALARM(${name}a)`, {
      actionsSuppressor: `${name}s`,
      actionsSuppressorWaitPeriod: 30,
      actionsSuppressorExtensionPeriod: 20,
    });
    await alarms.pass(40_000);
    alarms.raised.length = 0;
    await set(`${name}a`, 'ALARM');
    await alarms.reopen();
    expect(told(name)).toEqual([]);
    await alarms.pass(40_000);
    expect(told(name)).toEqual(['firing']);
  });

  it('stops when its rule has come to depend on itself, and says so', async () => {
    await put(`${name}a`);
    await compose(`${name}x`, `ALARM(${name}a)`);
    await compose(`${name}y`, `ALARM(${name}x)`);
    await compose(`${name}x`, `ALARM(${name}y) OR ALARM(${name}a)`);
    await set(`${name}a`, 'ALARM');
    await alarms.pass(10_000);
    expect((await composite(`${name}x`))?.stateValue).toBe('OK');
    const view = await alarms.engine.service.view(OPERATOR, {
      alarmName: `${name}x`,
      fromMs: 0,
      toMs: alarms.clock.nowMs(),
    });
    expect(view.evaluationMessage).toContain(`${name}x -> ${name}y -> ${name}x`);
    expect(alarms.raised.some((alert) => alert.key === 'alarms:blind' && alert.state === 'firing')).toBe(true);
    await compose(`${name}x`, 'FALSE');
    await alarms.pass(10_000);
    expect(alarms.raised.filter((alert) => alert.key === 'alarms:blind').at(-1)?.state).toBe('resolved');
  });

  it('is refused when it names what does not exist', async () => {
    expect(await refused(compose(name, 'ALARM(nowhere)'))).toBe('alarms.child-missing');
    expect(await refused(compose(name, 'ALARM('))).toBe('alarms.rule-invalid');
    expect(
      await refused(
        compose(name, 'TRUE', {
          actionsSuppressor: 'nowhere',
          actionsSuppressorWaitPeriod: 1,
          actionsSuppressorExtensionPeriod: 1,
        }),
      ),
    ).toBe('alarms.child-missing');
  });
});

describe('metric math', () => {
  const math = (expression: string) =>
    ({
      statistic: undefined,
      period: undefined,
      namespace: undefined,
      metricName: undefined,
      metrics: [
        {
          id: 'm1',
          type: 'metric',
          metric: { namespace: 'Test', name, dimensions: {} },
          statistic: 'Sum',
          periodSeconds: 60,
          returnData: false,
        },
        { id: 'e1', type: 'expression', expression, returnData: true },
      ],
    }) as const;

  it('decides when the period is over', async () => {
    await alarms.put({ alarmName: name, ...math('m1 * 10') });
    await alarms.send(20, { name });
    await alarms.pass(MINUTE_MS + 10_000);
    expect(await alarms.state(name)).toBe('ALARM');
  });

  it('is refused when the expression is wrong', async () => {
    expect(await refused(alarms.put({ alarmName: name, ...math('m1 + nowhere') }))).toBe('math.unknown-id');
    expect(await alarms.state(name)).toBeUndefined();
  });

  it('keeps its state and says that it cannot be evaluated when the expression has become wrong', async () => {
    await alarms.put({ alarmName: name, ...math('m1 * 10') });
    // As a version of Holdfast might have stored it that knew another function.
    await sql`UPDATE alarms SET definition = replace(definition::text, 'm1 * 10', 'OLD(m1)')::jsonb
      WHERE name = ${name}`.execute(alarms.catalog.db());
    await alarms.reopen();
    await alarms.pass(MINUTE_MS + 10_000);
    const { metricAlarms } = await alarms.engine.service.describeAlarms(OPERATOR, { alarmNames: [name] });
    expect(metricAlarms[0]).toMatchObject({ stateValue: 'INSUFFICIENT_DATA', evaluationState: 'EVALUATION_ERROR' });
    expect((await alarms.engine.service.summary(OPERATOR)).blind).toBeGreaterThan(0);
    await alarms.engine.service.deleteAlarms(OPERATOR, [name]);
  });
});

describe('the verbs', () => {
  it('replace the configuration and keep the state', async () => {
    await put(name);
    await set(name, 'OK');
    await put(name, { threshold: 7, alarmDescription: 'changed' });
    const { metricAlarms } = await alarms.engine.service.describeAlarms(OPERATOR, { alarmNames: [name] });
    expect(metricAlarms[0]).toMatchObject({ threshold: 7, alarmDescription: 'changed', stateValue: 'OK' });
    const { alarmHistoryItems } = await alarms.engine.service.describeAlarmHistory(OPERATOR, { alarmName: name });
    expect(alarmHistoryItems.map((item) => item.historySummary)).toContain(`Alarm "${name}" updated`);
    expect(JSON.parse(alarmHistoryItems.at(-1)?.historyData ?? '')).toMatchObject({
      type: 'Create',
      version: '1.0',
      createdAlarm: { alarmName: name },
    });
  });

  it('list by prefix, state, action, children and parents, in pages', async () => {
    for (const letter of ['c', 'a', 'b']) await put(`${name}-${letter}`);
    await compose(`${name}-top`, `ALARM(${name}-a) OR ALARM(${name}-b)`);
    await set(`${name}-b`, 'ALARM');
    const names = async (filter: object): Promise<readonly string[]> => {
      const found: string[] = [];
      let nextToken: string | undefined;
      do {
        const page = await alarms.engine.service.describeAlarms(OPERATOR, { maxRecords: 2, ...filter, nextToken });
        found.push(
          ...[...page.metricAlarms, ...page.compositeAlarms].map((alarm) => alarm.alarmName.slice(name.length)),
        );
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return found;
    };
    const alarmNamePrefix = `${name}-`;
    expect(await names({ alarmNamePrefix })).toEqual(['-a', '-b', '-c']);
    expect(await names({ alarmNamePrefix, alarmTypes: ['CompositeAlarm', 'MetricAlarm'] })).toEqual([
      '-a',
      '-b',
      '-c',
      '-top',
    ]);
    expect(await names({ alarmNamePrefix, stateValue: 'ALARM' })).toEqual(['-b']);
    expect(await names({ alarmNamePrefix, actionPrefix: 'arn:aws:lambda' })).toEqual([]);
    expect(await names({ childrenOfAlarmName: `${name}-top` })).toEqual(['-a', '-b']);
    expect(await names({ parentsOfAlarmName: `${name}-a` })).toEqual(['-top']);
    expect(await refused(names({ alarmNamePrefix, nextToken: 'torn' }))).toBe('done');
    expect(await refused(alarms.engine.service.describeAlarms(OPERATOR, { nextToken: 'torn' }))).toBe(
      'alarms.token-invalid',
    );
    const forMetric = await alarms.engine.service.describeAlarmsForMetric(OPERATOR, {
      metricName: name,
      namespace: 'Test',
    });
    expect(forMetric.map((alarm) => alarm.alarmName)).toEqual([`${name}-a`, `${name}-b`, `${name}-c`]);
  });

  it('delete all or none, never what a composite alarm still names, and end an open alert', async () => {
    await put(`${name}a`, { treatMissingData: 'ignore' });
    await compose(`${name}top`, `ALARM(${name}a)`);
    const { service } = alarms.engine;
    expect(await refused(service.deleteAlarms(OPERATOR, [`${name}a`]))).toBe('alarms.in-use');
    expect(await refused(service.deleteAlarms(OPERATOR, [`${name}top`, 'nowhere']))).toBe('alarms.not-found');
    await set(`${name}a`, 'ALARM');
    await service.deleteAlarms(OPERATOR, [`${name}top`, `${name}a`]);
    await alarms.engine.settled();
    expect(told(`${name}top`).at(-1)).toBe('resolved');
    expect(await alarms.state(`${name}a`)).toBeUndefined();
    const { alarmHistoryItems } = await service.describeAlarmHistory(OPERATOR, { alarmName: `${name}a` });
    expect(alarmHistoryItems.map((item) => item.historySummary)).toContain(`Alarm "${name}a" deleted`);
  });

  it('switch actions off and on', async () => {
    await put(name);
    await alarms.engine.service.disableAlarmActions(OPERATOR, [name, 'nowhere']);
    await set(name, 'ALARM');
    expect(told(name)).toEqual([]);
    await alarms.engine.service.enableAlarmActions(OPERATOR, [name]);
    await set(name, 'OK');
    await set(name, 'ALARM');
    expect(told(name)).toEqual(['firing']);
  });

  it('tag by name or ARN', async () => {
    await put(name, { tags: { team: 'a' } });
    const { service } = alarms.engine;
    await service.tagResource(OPERATOR, `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${name}`, { severity: 'low' });
    await service.untagResource(OPERATOR, name, ['team']);
    expect(await service.listTagsForResource(OPERATOR, name)).toEqual({ severity: 'low' });
    expect(await refused(service.tagResource(OPERATOR, name, { severity: 'hgih' }))).toBe('alarms.parameter-invalid');
  });

  it('show an alarm with its graph, states and history', async () => {
    await put(name);
    await alarms.send(150, { name });
    const nowMs = alarms.clock.nowMs();
    const view = await alarms.engine.service.view(OPERATOR, {
      alarmName: name,
      fromMs: nowMs - 10 * MINUTE_MS,
      toMs: nowMs + 1,
    });
    expect(view.graph).toMatchObject({ threshold: 100, periodSeconds: 60 });
    expect(view.graph?.series[0]?.values).toEqual([150]);
    expect(view.states.map((band) => band.stateValue)).toEqual(['INSUFFICIENT_DATA', 'ALARM']);
    expect(view.history.map((item) => item.historyItemType)).toContain('StateUpdate');
  });

  it('are refused to who may not, and changes are audited', async () => {
    const { service } = alarms.engine;
    await put(name);
    const calls = [
      service.putMetricAlarm(STRANGER, metricAlarm({ alarmName: name })),
      service.putCompositeAlarm(STRANGER, { alarmName: name, alarmRule: 'TRUE' }),
      service.describeAlarms(STRANGER, {}),
      service.describeAlarmsForMetric(STRANGER, { metricName: name, namespace: 'Test' }),
      service.describeAlarmHistory(STRANGER, {}),
      service.deleteAlarms(STRANGER, [name]),
      service.setAlarmState(STRANGER, { alarmName: name, stateValue: 'OK', stateReason: '' }),
      service.enableAlarmActions(STRANGER, [name]),
      service.disableAlarmActions(STRANGER, [name]),
      service.tagResource(STRANGER, name, {}),
      service.untagResource(STRANGER, name, []),
      service.listTagsForResource(STRANGER, name),
      service.view(STRANGER, { alarmName: name, fromMs: 0, toMs: 1 }),
      service.summary(STRANGER),
    ];
    expect(await Promise.all(calls.map(refused))).toEqual(calls.map(() => 'alarms.unsupported'));
    expect(await alarms.state(name)).toBe('INSUFFICIENT_DATA');
    expect(
      alarms.audited.filter((entry) => entry.resources?.[0]?.name === name).map((entry) => entry.eventName),
    ).toContain('PutMetricAlarm');
  });
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkMetricAlarm } from '../../alarms/check-metric-alarm.ts';
import { checkExpressions } from '../../math/index.ts';
import { databaseAlarms, databaseDiskAlarms } from './database-alarms.ts';
import { hostAlarms } from './host-alarms.ts';
import type { ReadyAlarm } from './ready-alarm.ts';
import { serviceAlarms } from './service-alarms.ts';

const all = (): readonly ReadyAlarm[] => [
  ...databaseAlarms('<source>'),
  ...databaseDiskAlarms('<source>'),
  ...hostAlarms('<host>', ['<disk>']),
  ...serviceAlarms('<service>'),
];

test('every ready alarm is one that anybody could put', () => {
  for (const { input } of [...databaseAlarms('shop'), ...hostAlarms('web 1', ['data']), ...serviceAlarms('api/v1 ü')]) {
    const { definition, tags } = checkMetricAlarm(input);
    expect(tags['holdfast:ready']).toBe('true');
    if (definition.metrics !== undefined) expect(() => checkExpressions(definition.metrics ?? [])).not.toThrow();
    expect(input.alarmDescription).not.toBe('');
  }
});

test('names tell alarms apart', () => {
  const names = all().map(({ input }) => input.alarmName);
  expect(new Set(names).size).toBe(names.length);
});

test('the manual tells each of them, with its threshold and its treatment of missing data', () => {
  const manual = ['database-metrics.md', 'host-metrics.md']
    .map((name) => readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), 'utf8'))
    .join('\n');
  for (const { input } of all()) {
    // Names of alarms take no brackets; the manual has them for what is put in.
    const name = input.alarmName
      .replace(
        /^(database|host|service)--(\w+)--/,
        (_, kind: string) => `${kind}-<${kind === 'database' ? 'source' : kind}>-`,
      )
      .replace('-disk--disk-', '-disk-<disk>');
    const row = manual.split('\n').find((line) => line.startsWith(`| \`${name}\` |`));
    expect(row, name).toBeDefined();
    expect(row, name).toContain(String(input.threshold));
    expect(row, name).toContain(`${input.datapointsToAlarm} of ${input.evaluationPeriods}`);
    expect(row, name).toContain(`| ${input.treatMissingData} |`);
    expect(row, name).toContain(`| ${input.tags?.['severity']} |`);
  }
});
